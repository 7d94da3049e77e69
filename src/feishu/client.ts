import type { Clock } from "../clock.js";
import type { Limiter } from "../rate-limit/limiter.js";
import { abortable } from "./abortable.js";
import type { AccessToken } from "./access-token.js";
import { createAttempt, failureOf } from "./attempt.js";
import { createBreaker } from "./breaker.js";
import type { Call, CallObserver } from "./call.js";
import { TOKEN_REFUSED_CODES, UpstreamError } from "./errors.js";
import { callPath } from "./path.js";
import { createRetryBudget } from "./retry.js";
import type { HttpAnswer, Transport } from "./transport.js";

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
  readonly limiter: Limiter;
  readonly clock: Clock;
  readonly observer?: CallObserver;
}

const RETRY_BASE_MS = 100;

/**
 * The way from an endpoint's description to its data: retry → token → limiter → breaker → transport → decoding. A page makes
 * some forty calls: the way of one that neither waits nor fails is kept short.
 */
export function createFeishuClient(parts: FeishuClientParts): FeishuClient {
  const { clock } = parts;
  const breaker = createBreaker(() => clock.now());
  const retryBudget = createRetryBudget(() => clock.now());
  const attempt = createAttempt({ ...parts, breaker });

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
        if (failure !== null) throw wasRejectedLocally(error) ? failure : error;
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

/** The limiter and the breaker say how long to wait, and have let nothing through. */
const wasRejectedLocally = (error: unknown): boolean => error instanceof UpstreamError && error.retryAfterMs !== null;

/** A failed connection and a 5xx may be gone the next moment. */
const isRetryable = (failure: unknown): boolean =>
  failure instanceof UpstreamError && failure.code === "UPSTREAM_UNAVAILABLE" && !wasRejectedLocally(failure);
