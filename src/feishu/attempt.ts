import type { CancelSignal } from "../cancellation.js";
import type { Clock } from "../clock.js";
import type { Limiter } from "../rate-limit/limiter.js";
import { LimiterRejection, type Permit } from "../rate-limit/permit.js";
import type { Secret } from "../secret.js";
import type { AccessToken } from "./access-token.js";
import type { Breaker, Outcome, Passage } from "./breaker.js";
import type { Call, CallObserver, CallTrace, Payer } from "./call.js";
import {
  TOKEN_REFUSED_CODES,
  toUpstreamError,
  type UpstreamAnswer,
  UpstreamError,
  type UpstreamErrorCode,
} from "./errors.js";
import type { HttpAnswer, Transport } from "./transport.js";

/** What one request is made with. */
export interface AttemptParts {
  readonly transport: Transport;
  readonly accessToken: AccessToken;
  readonly limiter: Limiter;
  readonly breaker: Breaker;
  readonly clock: Clock;
  readonly observer?: CallObserver;
}

/**
 * One HTTP request: token → limiter → breaker → transport. An extra one is a request that no plan foresees.
 * @throws {UpstreamError} where Feishu has failed, or must not be asked now.
 */
export type Attempt = (call: Call<unknown>, path: string, isExtra: boolean) => Promise<HttpAnswer>;

const SERVICE: Payer = { caller: "service", deadlineMs: Number.POSITIVE_INFINITY };

/** Makes requests, each when the limiter allows it. */
export function createAttempt({ transport, accessToken, limiter, breaker, clock, observer }: AttemptParts): Attempt {
  /** One HTTP request, once the limiter allows it. */
  const exchange = async (
    call: Call<unknown>,
    path: string,
    passage: Passage,
    headers: Readonly<Record<string, string>>,
    token: Secret,
    onSent: () => void,
  ): Promise<HttpAnswer> => {
    const { endpoint, body, bearer, signal } = call;
    const { method, key } = endpoint;
    let outcome: Outcome = "nothing";
    try {
      const answer = await transport.send({ method, endpoint: key, path, headers, body, signal, onSent });
      const failure = failureOf(answer);
      const isRefusedToken = TOKEN_REFUSED_CODES.has(answer.code);
      if (isRefusedToken && !bearer) accessToken.invalidate(token);
      outcome = "success";
      reportThrottling(limiter, key, failure, answer.ceiling);
      // An answer that says that Feishu itself has failed is a failure like none at all.
      if (failure?.code === "UPSTREAM_UNAVAILABLE" && !isRefusedToken) throw failure;
      return answer;
    } catch (error) {
      outcome = isOutage(error) ? "outage" : "nothing";
      // An answer that is no JSON may still say that it was one too many.
      if (error instanceof UpstreamError) reportThrottling(limiter, key, error, null);
      throw error;
    } finally {
      passage.end(outcome);
    }
  };

  return async (call, path, isExtra) => {
    const { endpoint, bearer, signal, payer = SERVICE } = call;
    const { key } = endpoint;
    breaker.check(key);
    // A first look, so that calls which were granted together do not wait for a cold token together.
    if (!bearer && !accessToken.held()) await accessToken.get(signal);
    signal.throwIfAborted();
    const queuedAtMs = clock.now();
    const permit = limiter.tryAcquire(key, payer.caller) ?? (await acquire(limiter, key, payer, signal));
    let startedAtMs: number | null = null;
    let answer: UpstreamAnswer | null = null;
    let failure: UpstreamErrorCode | null = null;
    let traced: CallTrace | undefined;
    try {
      // The queue may have been long: what was a good token then may be refused by now.
      const token = bearer ?? accessToken.held() ?? (await accessToken.get(signal));
      traced = payer.trace?.(key);
      const headers = { authorization: `Bearer ${token.reveal()}`, ...traced?.headers };
      // From here on the call is made: whoever is let through has to come out again.
      const passage = breaker.enter(key);
      startedAtMs = clock.now();
      payer.note?.(key, isExtra);
      const exchanged = await exchange(call, path, passage, headers, token, permit.sent);
      answer = exchanged.upstream;
      failure = failureOf(exchanged)?.code ?? null;
      return exchanged;
    } catch (error) {
      if (error instanceof UpstreamError) {
        failure = error.code;
        if (error.upstream?.httpStatus) answer = error.upstream;
      }
      throw error;
    } finally {
      permit.end();
      if (startedAtMs !== null) {
        const ended = { endpoint: key, queuedAtMs, startedAtMs, endedAtMs: clock.now(), answer, failure, isExtra };
        payer.onCall?.(ended);
        observer?.ended(ended);
        traced?.end(ended);
      }
    }
  };
}

/** Tells the limiter when the upstream has refused a call as one too many. */
function reportThrottling(limiter: Limiter, endpoint: string, failure: UpstreamError | null, ceiling: number | null) {
  if (failure?.code === "UPSTREAM_RATE_LIMITED") limiter.throttled(endpoint, failure.retryAfterMs ?? 0, ceiling);
}

async function acquire(limiter: Limiter, key: string, payer: Payer, signal: CancelSignal): Promise<Permit> {
  try {
    return await limiter.acquire(key, { ...payer, signal });
  } catch (error) {
    throw error instanceof LimiterRejection ? toRateLimited(error, key) : error;
  }
}

/** The error that an answer stands for, if it does. */
export const failureOf = ({ code, upstream, resetMs }: HttpAnswer): UpstreamError | null =>
  code === 0 ? null : toUpstreamError(upstream, resetMs);

/** What an endpoint that does nothing else is left alone for. */
const isOutage = (error: unknown): boolean =>
  error instanceof UpstreamError && (error.code === "UPSTREAM_UNAVAILABLE" || error.code === "UPSTREAM_TIMEOUT");

function toRateLimited({ message, retryAfterMs }: LimiterRejection, endpoint: string): UpstreamError {
  const upstream = { endpoint, httpStatus: null, code: null, logId: null };
  return new UpstreamError("UPSTREAM_RATE_LIMITED", message, upstream, { retryAfterMs });
}
