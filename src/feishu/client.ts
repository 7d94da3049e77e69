import type { StopSignal } from "../stop.js";
import { BudgetRefusal, type Permit } from "../budget/bucket.js";
import type { Scheduler } from "../budget/scheduler.js";
import type { Clock } from "../clock.js";
import type { Secret } from "../secret.js";
import { abortable } from "./abortable.js";
import type { AccessToken } from "./access-token.js";
import { createBreaker, type Outcome, type Passage } from "./breaker.js";
import type { Endpoint } from "./endpoints.js";
import { TOKEN_REFUSED_CODES, toUpstreamError, type UpstreamAnswer, UpstreamError } from "./errors.js";
import { callPath, type Query } from "./path.js";
import type { Decoder } from "./reader.js";
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
  readonly decode: Decoder<T>;
  readonly signal: StopSignal;
  /** A user's token, to be used in place of the tenant's. */
  readonly bearer?: Secret;
  /** The service itself when left out, which waits as long as it takes. */
  readonly payer?: Payer;
  /** Told of the answer that is given, as it came. */
  onAnswer?(bytes: Buffer): void;
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

/** The client of one tenant. */
export interface FeishuClient {
  readonly send: Send;
  /** Whether calls of an endpoint go through, for those who watch. */
  breakerState(endpoint: string): "closed" | "open" | "half-open";
}

/** What a client is made of. */
export interface FeishuClientParts {
  readonly transport: Transport;
  readonly accessToken: AccessToken;
  readonly scheduler: Scheduler;
  readonly clock: Clock;
}

const RETRY_BASE_MS = 100;

const SERVICE: Payer = { caller: "service", deadlineMs: Number.POSITIVE_INFINITY };

/**
 * The way from an endpoint's description to its data: retry → token → budget → breaker → transport → decoding. A page makes
 * some forty calls: the way of one that neither waits nor fails is kept short.
 */
export function createFeishuClient({ transport, accessToken, scheduler, clock }: FeishuClientParts): FeishuClient {
  const breaker = createBreaker(() => clock.now());
  const retryBudget = createRetryBudget(() => clock.now());

  /** Tells the budget when the upstream has had too many calls. */
  const heedThrottle = (endpoint: string, failure: UpstreamError | null, ceiling: number | null): void => {
    if (failure?.code !== "UPSTREAM_RATE_LIMITED") return;
    scheduler.throttled(endpoint, failure.retryAfterMs ?? 0, ceiling);
  };

  const acquire = async (key: string, payer: Payer, signal: StopSignal): Promise<Permit> => {
    try {
      return await scheduler.acquire(key, { ...payer, signal });
    } catch (error) {
      throw error instanceof BudgetRefusal ? toRateLimited(error, key) : error;
    }
  };

  /** One HTTP request, from the moment that the budget allows it. */
  const exchange = async (call: Call<unknown>, path: string, passage: Passage, token: Secret): Promise<HttpAnswer> => {
    const { endpoint, body, bearer, signal } = call;
    const { method, key } = endpoint;
    let outcome: Outcome = "nothing";
    try {
      const headers = { authorization: `Bearer ${token.reveal()}` };
      const answer = await transport.send({ method, endpoint: key, path, headers, body, signal });
      const failure = failureOf(answer);
      const isRefusedToken = TOKEN_REFUSED_CODES.has(answer.code);
      if (isRefusedToken && !bearer) accessToken.invalidate(token);
      outcome = "success";
      heedThrottle(key, failure, answer.ceiling);
      // An answer that says that Feishu itself has failed is a failure like none at all.
      if (failure?.code === "UPSTREAM_UNAVAILABLE" && !isRefusedToken) throw failure;
      return answer;
    } catch (error) {
      outcome = isOutage(error) ? "outage" : "nothing";
      // An answer that is no JSON may still say that it was one too many.
      if (error instanceof UpstreamError) heedThrottle(key, error, null);
      throw error;
    } finally {
      passage.end(outcome);
    }
  };

  const attempt = async (call: Call<unknown>, path: string, isExtra: boolean): Promise<HttpAnswer> => {
    const { endpoint, bearer, signal, payer = SERVICE } = call;
    const { key } = endpoint;
    breaker.check(key);
    // A first look, so that calls which were granted together do not wait for a cold token together.
    if (!bearer && !accessToken.held()) await accessToken.get(signal);
    signal.throwIfAborted();
    const queuedAtMs = clock.now();
    const permit = scheduler.tryAcquire(key, payer.caller) ?? (await acquire(key, payer, signal));
    let startedAtMs: number | null = null;
    let answer: UpstreamAnswer | null = null;
    try {
      // The queue may have been long: what was a good token then may be refused by now.
      const token = bearer ?? accessToken.held() ?? (await accessToken.get(signal));
      const passage = breaker.enter(key);
      startedAtMs = clock.now();
      payer.note?.(key, isExtra);
      const exchanged = await exchange(call, path, passage, token);
      answer = exchanged.upstream;
      return exchanged;
    } catch (error) {
      if (error instanceof UpstreamError && error.upstream?.httpStatus) answer = error.upstream;
      throw error;
    } finally {
      if (startedAtMs === null) permit.giveBack();
      else {
        permit.end();
        payer.onCall?.({ endpoint: key, queuedAtMs, startedAtMs, endedAtMs: clock.now(), answer, isExtra });
      }
    }
  };

  /** Once more after a refused token, and once more after a failure. */
  const ask = async (call: Call<unknown>, path: string): Promise<HttpAnswer> => {
    const { endpoint, bearer, signal } = call;
    let mayRefreshToken = !bearer;
    let failure: unknown = null;
    for (let tries = 0; ; tries++) {
      try {
        const answer = await attempt(call, path, tries > 0);
        if (!TOKEN_REFUSED_CODES.has(answer.code) || !mayRefreshToken) return answer;
        mayRefreshToken = false;
      } catch (error) {
        if (failure !== null) throw isNotMade(error) ? failure : error;
        if (!isRetryable(error) || !retryBudget.take(endpoint.key)) throw error;
        failure = error;
        await abortable(clock.sleep(RETRY_BASE_MS * (1 + Math.random())), signal);
      }
    }
  };

  const send: Send = async (call) => {
    retryBudget.noteCall(call.endpoint.key);
    const answer = await ask(call, callPath(call.endpoint, call.path, call.query));
    const failure = failureOf(answer);
    if (failure) throw failure;
    call.onAnswer?.(answer.bytes);
    return call.decode.decode(answer.body.data, answer.upstream, answer.bytes);
  };
  return { send, breakerState: breaker.state };
}

/** `null` where the upstream says, with one of `codes`, that there is no such thing. */
export function nullIfAbsent<T>(codes: readonly number[], answer: Promise<T>): Promise<T | null> {
  return answer.catch((error: unknown) => {
    if (error instanceof UpstreamError && codes.includes(error.upstream?.code ?? 0)) return null;
    throw error;
  });
}

const failureOf = ({ code, upstream, resetMs }: HttpAnswer): UpstreamError | null =>
  code === 0 ? null : toUpstreamError(upstream, resetMs);

/** The budget and the breaker say how long to wait, and have let nothing through. */
const isNotMade = (error: unknown): boolean => error instanceof UpstreamError && error.retryAfterMs !== null;

/** What an endpoint that does nothing else is left alone for. */
const isOutage = (error: unknown): boolean =>
  error instanceof UpstreamError && (error.code === "UPSTREAM_UNAVAILABLE" || error.code === "UPSTREAM_TIMEOUT");

/** A failed connection and a 5xx may be gone the next moment. */
const isRetryable = (failure: unknown): boolean =>
  failure instanceof UpstreamError && failure.code === "UPSTREAM_UNAVAILABLE" && !isNotMade(failure);

function toRateLimited({ message, retryAfterMs }: BudgetRefusal, endpoint: string): UpstreamError {
  const upstream = { endpoint, httpStatus: null, code: null, logId: null };
  return new UpstreamError("UPSTREAM_RATE_LIMITED", message, upstream, { retryAfterMs });
}
