import { BudgetRefusal, type Permit } from "../budget/bucket.js";
import type { Scheduler } from "../budget/scheduler.js";
import type { Clock } from "../clock.js";
import type { Secret } from "../secret.js";
import type { AccessToken } from "./access-token.js";
import { createBreaker } from "./breaker.js";
import { decodeOrThrow } from "./decode.js";
import type { Endpoint } from "./endpoints.js";
import { TOKEN_REFUSED_CODES, toUpstreamError, type UpstreamAnswer, UpstreamError } from "./errors.js";
import { callPath, type Query } from "./path.js";
import type { Reader } from "./reader.js";
import { createRetryBudget } from "./retry.js";
import type { HttpAnswer, Transport } from "./transport.js";

/** For whom calls are made. */
export interface Payer {
  /** Callers are served in turn where the quota is short. */
  readonly caller: string;
  /** When answers are no longer wanted, on the client's clock. */
  readonly deadlineMs: number;
  /** Told of each call that is made; an extra one is a call that has to be made again. */
  note?(endpoint: string, isExtra: boolean): void;
  /** Told of each call that has ended. */
  onCall?(call: CallRecord): void;
}

/** One call that was made: when, and what became of it. Times are in milliseconds on the client's clock. */
export interface CallRecord {
  readonly endpoint: string;
  /** When it began to wait for its turn. */
  readonly queuedAtMs: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** `null` where there was no answer. */
  readonly answer: UpstreamAnswer | null;
  readonly isExtra: boolean;
}

/** One call of one endpoint. */
export interface Call<T> {
  readonly endpoint: Endpoint;
  /** Values of the template's placeholders: ids, digits only. */
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Query;
  /** Sent as JSON. */
  readonly body?: object;
  /** Reads the answer's `data`. */
  readonly decode: Reader<T>;
  readonly signal: AbortSignal;
  /** A user's token, to be used in place of the tenant's. */
  readonly bearer?: Secret;
  /** The service itself when left out, which waits as long as it takes. */
  readonly payer?: Payer;
  /** Told of the length of the answer that is given, in characters. */
  onAnswer?(length: number): void;
}

/**
 * Makes one call and gives its decoded `data`. Asks Feishu once, once more after a failed connection or a 5xx, and once
 * more after a refused token: three times at worst. Retries are at most a tenth of an endpoint's calls, and an endpoint
 * that does nothing but fail is left alone for a while.
 * @throws {UpstreamError} for every way in which Feishu can fail, and `UPSTREAM_RATE_LIMITED`, at no call, when the quota
 * would let the call through too late.
 * @throws the signal's reason when the call's signal aborts.
 */
export type Send = <T>(call: Call<T>) => Promise<T>;

/** What a client is made of. */
export interface FeishuClientParts {
  readonly transport: Transport;
  readonly accessToken: AccessToken;
  readonly scheduler: Scheduler;
  readonly clock: Clock;
}

/** A call that may start. */
interface Turn {
  readonly permit: Permit;
  readonly isExtra: boolean;
  readonly queuedAtMs: number;
}

const RETRY_BASE_MS = 100;

const SERVICE: Payer = { caller: "service", deadlineMs: Number.POSITIVE_INFINITY };

/** The way from an endpoint's description to its data: retry → token → budget → breaker → transport → decoding. */
export function createFeishuClient({ transport, accessToken, scheduler, clock }: FeishuClientParts): Send {
  const breaker = createBreaker(() => clock.now());
  const retryBudget = createRetryBudget(() => clock.now());

  /** Tells the budget when the upstream has had too many calls. */
  const heedThrottle = (endpoint: string, failure: unknown, ceiling: number | null): void => {
    if (!(failure instanceof UpstreamError) || failure.code !== "UPSTREAM_RATE_LIMITED") return;
    scheduler.throttled(endpoint, failure.retryAfterMs ?? 0, ceiling);
  };

  /** One HTTP request, from the moment that the budget allows it. */
  const request = async (call: Call<unknown>, path: string, turn: Turn): Promise<HttpAnswer> => {
    const { endpoint, body, bearer, signal, payer = SERVICE } = call;
    const { method, key } = endpoint;
    const { permit, isExtra, queuedAtMs } = turn;
    let startedAtMs: number | null = null;
    let ended: UpstreamAnswer | null = null;
    try {
      // The queue may have been long: what was a good token then may be refused by now.
      const token = bearer ?? accessToken.held() ?? (await accessToken.get(signal));
      const headers = { authorization: `Bearer ${token.reveal()}` };
      const answer = await breaker.run(key, async () => {
        startedAtMs = clock.now();
        payer.note?.(key, isExtra);
        const sent = await transport.send({ method, endpoint: key, path, headers, body, signal });
        ended = sent.upstream;
        return refuseOutage(sent);
      });
      heedThrottle(key, failureOf(answer), answer.ceiling);
      if (TOKEN_REFUSED_CODES.has(answer.code) && !bearer) accessToken.invalidate(token);
      return answer;
    } catch (failure) {
      heedThrottle(key, failure, null);
      throw failure;
    } finally {
      if (startedAtMs === null) permit.giveBack();
      else {
        permit.end();
        payer.onCall?.({ endpoint: key, queuedAtMs, startedAtMs, endedAtMs: clock.now(), answer: ended, isExtra });
      }
    }
  };

  const attempt = async (call: Call<unknown>, path: string, isExtra: boolean): Promise<HttpAnswer> => {
    const { endpoint, bearer, signal, payer = SERVICE } = call;
    breaker.check(endpoint.key);
    // A first look, so that calls which were granted together do not wait for a cold token together.
    if (!bearer && !accessToken.held()) await accessToken.get(signal);
    const queuedAtMs = clock.now();
    const permit = await scheduler.acquire(endpoint.key, { ...payer, signal }).catch((error: unknown) => {
      throw error instanceof BudgetRefusal ? toRateLimited(error, endpoint.key) : error;
    });
    return request(call, path, { permit, isExtra, queuedAtMs });
  };

  const ask = async (call: Call<unknown>, path: string): Promise<HttpAnswer> => {
    const { endpoint, signal } = call;
    let mayRefreshToken = !call.bearer;
    const askWithToken = async (isExtra: boolean): Promise<HttpAnswer> => {
      const answer = await attempt(call, path, isExtra);
      if (!TOKEN_REFUSED_CODES.has(answer.code) || !mayRefreshToken) return answer;
      mayRefreshToken = false;
      return attempt(call, path, true);
    };
    retryBudget.noteCall(endpoint.key);
    try {
      return await askWithToken(false);
    } catch (failure) {
      if (!isRetryable(failure) || !retryBudget.take(endpoint.key)) throw failure;
      await clock.sleep(RETRY_BASE_MS * (1 + Math.random()), signal);
      return askWithToken(true).catch((second: unknown) => {
        throw isNotMade(second) ? failure : second;
      });
    }
  };

  return async (call) => {
    const answer = await ask(call, callPath(call.endpoint, call.path, call.query));
    const failure = failureOf(answer);
    if (failure) throw failure;
    call.onAnswer?.(answer.length);
    return decodeOrThrow(call.decode, answer.body.data, answer.upstream);
  };
}

/** `null` where the upstream says, with one of `codes`, that there is no such thing. */
export async function nullIfAbsent<T>(codes: readonly number[], answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof UpstreamError && codes.includes(error.upstream?.code ?? 0)) return null;
    throw error;
  }
}

const failureOf = ({ code, upstream, resetMs }: HttpAnswer): UpstreamError | null =>
  code === 0 ? null : toUpstreamError(upstream, resetMs);

/** An answer that says that Feishu itself has failed is a failure like none at all. */
function refuseOutage(answer: HttpAnswer): HttpAnswer {
  const failure = failureOf(answer);
  if (failure?.code === "UPSTREAM_UNAVAILABLE" && !TOKEN_REFUSED_CODES.has(answer.code)) throw failure;
  return answer;
}

/** The budget and the breaker say how long to wait, and have let nothing through. */
const isNotMade = (error: unknown): boolean => error instanceof UpstreamError && error.retryAfterMs !== null;

/** A failed connection and a 5xx may be gone the next moment. */
const isRetryable = (failure: unknown): boolean =>
  failure instanceof UpstreamError && failure.code === "UPSTREAM_UNAVAILABLE" && !isNotMade(failure);

function toRateLimited({ message, retryAfterMs }: BudgetRefusal, endpoint: string): UpstreamError {
  const upstream = { endpoint, httpStatus: null, code: null, logId: null };
  return new UpstreamError("UPSTREAM_RATE_LIMITED", message, upstream, { retryAfterMs });
}
