import type { CancelSignal } from "../core/cancellation.js";

/** For whom a call is made, and until when it is of use. */
export interface AcquireContext {
  /** Callers are served in turn where the quota is short. */
  readonly caller: string;
  /** When the answer is no longer wanted, on the injected clock; `Infinity` waits as long as it takes. */
  readonly deadlineMs: number;
  readonly signal: CancelSignal;
}

/** The right to make one call. It has to be ended. */
export interface Permit {
  /** The call is being written to a connection: from now on it can arrive. */
  sent(): void;
  /** The call has ended, whatever came of it. One that was not sent never counted. */
  end(): void;
}

/** The limiter refuses a call that would be too late, or that finds the queue full. It has cost nothing. */
export class LimiterRejection extends Error {
  override readonly name = "LimiterRejection";
  /** Milliseconds after which a call can be expected to start. */
  readonly retryAfterMs: number;

  constructor(message: string, retryAfterMs: number) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}
