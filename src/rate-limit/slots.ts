import { ArrivalLog } from "./arrival-log.js";
import { delayUntilEven } from "./even-spending.js";
import { type CountedCalls, delayUntilFree, type RateWindow } from "./sliding-window.js";

/** One call's place in the windows. */
export interface Slot {
  /** Number of its arrival in the log; `null` while the call is pending. */
  sequence: number | null;
}

/** The slots of one set of windows: which calls count, and when the next one may start. */
export class Slots implements CountedCalls {
  readonly arrivals = new ArrivalLog();
  pending = 0;
  #lastStartMs = Number.NEGATIVE_INFINITY;

  /** Milliseconds until a slot is free in every window. */
  freeDelayMs(nowMs: number, windows: readonly RateWindow[]): number {
    return delayUntilFree(this, nowMs, windows);
  }

  /** The same, with the long ones of `even` spent evenly. */
  delayMs(nowMs: number, windows: readonly RateWindow[], even: readonly RateWindow[]): number {
    let waitMs = this.freeDelayMs(nowMs, windows);
    for (const window of even) waitMs = Math.max(waitMs, delayUntilEven(this, nowMs, window, this.#lastStartMs));
    return waitMs;
  }

  take(nowMs: number): Slot {
    this.pending += 1;
    this.#lastStartMs = nowMs;
    return { sequence: null };
  }

  /** The call is on its way and arrives by `arrivesByMs`. Calls that left the longest window are forgotten. */
  arrive(slot: Slot, arrivesByMs: number, forgetUntilMs: number): void {
    if (slot.sequence !== null) return;
    this.pending -= 1;
    this.arrivals.dropUntil(forgetUntilMs);
    slot.sequence = this.arrivals.add(arrivesByMs);
  }

  /** The call has ended, and arrived by `arrivedByMs`. */
  end(slot: Slot, arrivedByMs: number, forgetUntilMs: number): void {
    if (slot.sequence === null) this.arrive(slot, arrivedByMs, forgetUntilMs);
    else this.arrivals.lower(slot.sequence, arrivedByMs);
  }

  /** The call was never sent. */
  giveBack(slot: Slot): void {
    if (slot.sequence === null) this.pending -= 1;
  }
}
