import type { CancelSignal } from "../core/cancellation.js";

/** Caller, deadline and cancellation of one call. */
export interface AcquireContext {
  /** Caller of the operation. Callers are served in turn where the quota is short. */
  readonly caller: string;
  /** Time on the injected clock after which the response is no longer wanted; `Infinity` waits without limit. */
  readonly deadlineMs: number;
  readonly signal: CancelSignal;
}

/** Permission to make one call. The holder has to end it. */
export interface Permit {
  /** Records that the call is being written to a connection: from now on it can arrive. */
  sent(): void;
  /** Records the end of the call, whatever its outcome. A call that was not sent never counts. */
  end(): void;
}

/** Rejection of a call that would be too late or that finds the queue full. The call has cost nothing. */
export class LimiterRejection extends Error {
  override readonly name = "LimiterRejection";
  /** Milliseconds after which a call can be expected to start. */
  readonly retryAfterMs: number;

  constructor(message: string, retryAfterMs: number) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}
