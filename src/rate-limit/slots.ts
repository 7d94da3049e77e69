import { ArrivalLog } from "./arrival-log.js";
import { delayUntilEven } from "./even-spending.js";
import { type CountedCalls, delayUntilFree, type RateWindow } from "./sliding-window.js";

/** Place of one call in the windows. */
export interface Slot {
  /** Sequence number of its arrival in the log; `null` while the call is pending. */
  sequence: number | null;
}

/** Slots of one set of windows: the calls that count, and the delay until the next call may start. */
export class Slots implements CountedCalls {
  readonly arrivals = new ArrivalLog();
  pending = 0;
  #lastStartMs = Number.NEGATIVE_INFINITY;

  /** Returns the milliseconds until a slot is free in every window. */
  freeDelayMs(nowMs: number, windows: readonly RateWindow[]): number {
    return delayUntilFree(this, nowMs, windows);
  }

  /** Returns the milliseconds until a slot is free, with the long windows of `even` spent evenly. */
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

  /** Records that the call is on its way and arrives by `arrivesByMs`. Forgets calls that left the longest window. */
  arrive(slot: Slot, arrivesByMs: number, forgetUntilMs: number): void {
    if (slot.sequence !== null) return;
    this.pending -= 1;
    this.arrivals.dropUntil(forgetUntilMs);
    slot.sequence = this.arrivals.add(arrivesByMs);
  }

  /** Records that the call has ended, and arrived by `arrivedByMs`. */
  end(slot: Slot, arrivedByMs: number, forgetUntilMs: number): void {
    if (slot.sequence === null) this.arrive(slot, arrivedByMs, forgetUntilMs);
    else this.arrivals.lower(slot.sequence, arrivedByMs);
  }

  /** Returns the slot of a call that was never sent. */
  giveBack(slot: Slot): void {
    if (slot.sequence === null) this.pending -= 1;
  }
}
