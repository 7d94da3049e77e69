import type { Clock } from "../core/clock.js";
import type { Secret } from "../core/secret.js";
import type { Limiter } from "../rate-limit/limiter.js";
import { LimiterRejection, type Permit } from "../rate-limit/permit.js";
import type { AccessToken } from "./auth/access-token.js";
import type { Call, CallContext, CallObserver, CallTrace } from "./call.js";
import { TOKEN_REFUSED_CODES, toUpstreamError, type UpstreamAnswer, UpstreamError } from "./errors.js";
import type { HttpAnswer, HttpListener, Transport } from "./http/transport.js";
import type { Breaker, CircuitPermit, Outcome } from "./resilience/breaker.js";

/** Dependencies that all attempts share. */
export interface AttemptParts {
  readonly transport: Transport;
  readonly accessToken: AccessToken;
  readonly limiter: Limiter;
  readonly breaker: Breaker;
  readonly clock: Clock;
  readonly observer?: CallObserver;
}

/** Listener for the outcome of an attempt. Exactly one method is called, exactly once. */
export interface AttemptListener {
  /** Receives Feishu's response, whatever its code, unless it reports an outage. */
  onAnswer(answer: HttpAnswer): void;
  /** Receives an `UpstreamError` when there is no usable response, or the signal's reason. */
  onFailure(error: unknown): void;
}

/**
 * One request: token, permit, circuit breaker, transport. It creates no promise when none of these has to be awaited.
 */
export class Attempt implements HttpListener {
  readonly #parts: AttemptParts;
  readonly #call: Call<unknown>;
  readonly #context: CallContext;
  readonly #path: string;
  readonly #isExtra: boolean;
  readonly #listener: AttemptListener;
  readonly #queuedAtMs: number;
  #startedAtMs = 0;
  #permit: Permit | null = null;
  #circuit: CircuitPermit | null = null;
  #token: Secret | null = null;
  #trace: CallTrace | undefined;

  constructor(
    parts: AttemptParts,
    call: Call<unknown>,
    context: CallContext,
    path: string,
    isExtra: boolean,
    listener: AttemptListener,
  ) {
    this.#parts = parts;
    this.#call = call;
    this.#context = context;
    this.#path = path;
    this.#isExtra = isExtra;
    this.#listener = listener;
    this.#queuedAtMs = parts.clock.now();
  }

  start(): void {
    const { breaker, accessToken } = this.#parts;
    try {
      breaker.check(this.#call.endpoint.key);
      // Also checked before the queue, so that concurrent calls do not hold permits while a cold token is fetched.
      if (this.#call.bearer || accessToken.cached()) {
        this.#acquire();
        return;
      }
    } catch (error) {
      this.#fail(error);
      return;
    }
    accessToken.get(this.#context.signal).then(
      () => this.#acquire(),
      (error: unknown) => this.#fail(error),
    );
  }

  onSent(): void {
    this.#permit?.sent();
  }

  onAnswer(answer: HttpAnswer): void {
    const { accessToken } = this.#parts;
    if (answer.code === 0) {
      this.#end(answer, null, "success", answer.upstream);
      return;
    }
    const isRefusedToken = TOKEN_REFUSED_CODES.has(answer.code);
    if (isRefusedToken && !this.#call.bearer && this.#token) accessToken.invalidate(this.#token);
    const failure = failureOf(answer);
    this.#reportThrottling(failure, answer.ceiling);
    // A response that reports a failure inside Feishu counts as an outage, like a missing response.
    const isOutage = failure?.code === "UPSTREAM_UNAVAILABLE" && !isRefusedToken;
    this.#end(answer, failure, isOutage ? "outage" : "success", answer.upstream);
  }

  onFailure(error: unknown): void {
    // A response that is not JSON may still report throttling.
    if (error instanceof UpstreamError) this.#reportThrottling(error, null);
    const answer = error instanceof UpstreamError && error.upstream?.httpStatus ? error.upstream : null;
    this.#end(null, error, isOutage(error) ? "outage" : "ignored", answer);
  }

  #acquire(): void {
    const { limiter } = this.#parts;
    const { key } = this.#call.endpoint;
    if (this.#context.signal.aborted) {
      this.#fail(this.#context.signal.reason);
      return;
    }
    const permit = limiter.tryAcquire(key, this.#context.caller);
    if (permit) {
      this.#dispatch(permit);
      return;
    }
    limiter.acquire(key, this.#context).then(
      (granted) => this.#dispatch(granted),
      (error: unknown) => this.#fail(error),
    );
  }

  #dispatch(permit: Permit): void {
    this.#permit = permit;
    const { accessToken } = this.#parts;
    // The token may have become invalid while the call was queued.
    const token = this.#call.bearer ?? accessToken.cached();
    if (token) {
      this.#send(token);
      return;
    }
    accessToken.get(this.#context.signal).then(
      (fresh) => this.#send(fresh),
      (error: unknown) => this.#fail(error),
    );
  }

  #send(token: Secret): void {
    const { transport, breaker, clock } = this.#parts;
    const { endpoint, body } = this.#call;
    const { signal, observer } = this.#context;
    this.#token = token;
    try {
      this.#circuit = breaker.enter(endpoint.key);
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#startedAtMs = clock.now();
    observer?.called?.(endpoint.key, this.#isExtra);
    this.#trace = observer?.trace?.(endpoint.key);
    const headers = { authorization: `Bearer ${token.reveal()}`, ...this.#trace?.headers };
    transport.dispatch(
      { method: endpoint.method, endpoint: endpoint.key, path: this.#path, headers, body, signal },
      this,
    );
  }

  /** Fails an attempt whose request was not made. */
  #fail(error: unknown): void {
    this.#permit?.end();
    this.#listener.onFailure(error instanceof LimiterRejection ? toRateLimited(error, this.#call.endpoint.key) : error);
  }

  /** Ends an attempt whose request was made. Releases the permit after all records, because that starts other calls. */
  #end(answer: HttpAnswer | null, failure: unknown, outcome: Outcome, upstream: UpstreamAnswer | null): void {
    this.#circuit?.end(outcome);
    this.#record(upstream, failure instanceof UpstreamError ? failure : null);
    this.#permit?.end();
    if (answer && outcome === "success") this.#listener.onAnswer(answer);
    else this.#listener.onFailure(failure);
  }

  #record(answer: UpstreamAnswer | null, failure: UpstreamError | null): void {
    const { clock, observer } = this.#parts;
    const record = {
      endpoint: this.#call.endpoint.key,
      queuedAtMs: this.#queuedAtMs,
      startedAtMs: this.#startedAtMs,
      endedAtMs: clock.now(),
      answer,
      failure: failure?.code ?? null,
      reason: failure?.reason ?? null,
      isExtra: this.#isExtra,
    };
    this.#context.observer?.ended(record);
    observer?.ended(record);
    this.#trace?.end(record);
  }

  /** Informs the limiter when Feishu has throttled the call. */
  #reportThrottling(failure: UpstreamError | null, ceiling: number | null): void {
    if (failure?.code !== "UPSTREAM_RATE_LIMITED") return;
    this.#parts.limiter.throttled(this.#call.endpoint.key, failure.retryAfterMs ?? 0, ceiling);
  }
}

/** Returns the error that a response represents, or `null` for a success. */
export const failureOf = ({ code, upstream, resetMs }: HttpAnswer): UpstreamError | null =>
  code === 0 ? null : toUpstreamError(upstream, resetMs);

/** Returns whether the circuit breaker counts `error` as an outage. */
const isOutage = (error: unknown): boolean =>
  error instanceof UpstreamError &&
  !error.isUnprocessed &&
  (error.code === "UPSTREAM_UNAVAILABLE" || error.code === "UPSTREAM_TIMEOUT");

function toRateLimited({ message, retryAfterMs }: LimiterRejection, endpoint: string): UpstreamError {
  const upstream = { endpoint, httpStatus: null, code: null, logId: null };
  return new UpstreamError("UPSTREAM_RATE_LIMITED", message, upstream, { retryAfterMs });
}
