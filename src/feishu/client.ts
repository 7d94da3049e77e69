import { Attempt, type AttemptListener, type AttemptParts, failureOf } from "./attempt.js";
import type { Call, CallContext, LookupCall } from "./call.js";
import { TOKEN_REFUSED_CODES, UpstreamError } from "./errors.js";
import { callPath } from "./http/path.js";
import type { HttpAnswer } from "./http/transport.js";
import { createBreaker } from "./resilience/breaker.js";
import { createRetryBudget, type RetryBudget } from "./resilience/retry.js";

/**
 * Makes one call and returns its decoded `data`. Retries once after a failed connection or a 5xx, and once after a
 * refused token: at most three requests. Retries are limited to a tenth of an endpoint's calls. The circuit breaker
 * suspends an endpoint that keeps failing.
 * @throws {UpstreamError} for every kind of Feishu failure. `UPSTREAM_RATE_LIMITED`, without a call, when the quota
 * would admit the call too late.
 * @throws the signal's reason when the context's signal aborts.
 */
export interface Send {
  <T>(call: LookupCall<T>, context: CallContext): Promise<T | null>;
  <T>(call: Call<T>, context: CallContext): Promise<T>;
}

/** Client of one tenant. */
export interface FeishuClient {
  readonly send: Send;
  /** State of the circuit breaker of `endpoint`, for metrics. */
  breakerState(endpoint: string): "closed" | "open" | "half-open";
}

/** Dependencies of a client. */
export type FeishuClientParts = Omit<AttemptParts, "breaker">;

const RETRY_BASE_MS = 100;

/** Creates a client that passes each call through retry, attempt, transport and decoding. */
export function createFeishuClient(parts: FeishuClientParts): FeishuClient {
  const now = (): number => parts.clock.now();
  const breaker = createBreaker(now);
  const retryBudget = createRetryBudget(now);
  const attemptParts = { ...parts, breaker };
  const send = <T>(call: Call<T>, context: CallContext): Promise<T | null> =>
    new Promise((resolve, reject) => {
      retryBudget.recordCall(call.endpoint.key);
      const path = callPath(call.endpoint, call.path, call.query);
      new PendingCall(attemptParts, retryBudget, call, context, path, resolve, reject).attempt();
    });
  return { send: send as Send, breakerState: breaker.state };
}

/** One call with its retries. */
class PendingCall<T> implements AttemptListener {
  readonly #parts: AttemptParts;
  readonly #retryBudget: RetryBudget;
  readonly #call: Call<T>;
  readonly #context: CallContext;
  readonly #path: string;
  readonly #resolve: (value: T | null) => void;
  readonly #reject: (reason: unknown) => void;
  #attempts = 0;
  #hasRefreshedToken = false;
  #failure: unknown = null;
  #isResent = false;

  constructor(
    parts: AttemptParts,
    retryBudget: RetryBudget,
    call: Call<T>,
    context: CallContext,
    path: string,
    resolve: (value: T | null) => void,
    reject: (reason: unknown) => void,
  ) {
    this.#parts = parts;
    this.#retryBudget = retryBudget;
    this.#call = call;
    this.#context = context;
    this.#path = path;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  attempt(): void {
    const isExtra = this.#attempts > 0 || (this.#context.isExtra ?? false);
    this.#attempts += 1;
    new Attempt(this.#parts, this.#call, this.#context, this.#path, isExtra, this).start();
  }

  onAnswer(answer: HttpAnswer): void {
    const { bearer, absentCodes, decode } = this.#call;
    if (TOKEN_REFUSED_CODES.has(answer.code) && !bearer && !this.#hasRefreshedToken) {
      this.#hasRefreshedToken = true;
      this.attempt();
      return;
    }
    if (absentCodes?.includes(answer.code)) {
      this.#resolve(null);
      return;
    }
    const failure = failureOf(answer);
    if (failure) {
      this.#reject(failure);
      return;
    }
    try {
      this.#resolve(decode.decode(answer.body.data, answer.upstream, answer.bytes));
    } catch (error) {
      this.#reject(error);
    }
  }

  onFailure(error: unknown): void {
    if (isUnprocessed(error) && !this.#isResent) {
      this.#isResent = true;
      this.attempt();
    } else if (this.#failure !== null) this.#reject(wasRejectedLocally(error) ? this.#failure : error);
    else if (isRetryable(error) && this.#retryBudget.take(this.#call.endpoint.key)) {
      this.#failure = error;
      this.#retryLater();
    } else this.#reject(error);
  }

  #retryLater(): void {
    const { signal } = this.#context;
    const cancel = (): void => this.#reject(signal.reason);
    signal.addEventListener("abort", cancel);
    void this.#parts.clock.sleep(RETRY_BASE_MS * (1 + Math.random())).then(() => {
      signal.removeEventListener("abort", cancel);
      if (!signal.aborted) this.attempt();
    });
  }
}

/** Returns whether the limiter or the circuit breaker rejected the call. Both set `retryAfterMs` and send nothing. */
const wasRejectedLocally = (error: unknown): boolean => error instanceof UpstreamError && error.retryAfterMs !== null;

/** Returns whether Feishu has not processed the call: it is sent once more, without a retry of the budget. */
const isUnprocessed = (error: unknown): boolean => error instanceof UpstreamError && error.isUnprocessed;

/** Returns whether a retry may succeed: a failed connection or a 5xx is often momentary. */
const isRetryable = (failure: unknown): boolean =>
  failure instanceof UpstreamError && failure.code === "UPSTREAM_UNAVAILABLE" && !wasRejectedLocally(failure);
