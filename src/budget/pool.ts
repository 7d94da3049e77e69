import { History, type Slot } from "./history.js";
import { delayUntilFree, endsToKeep, predictDelay, type QuotaLeft, quotaLeft, type RateWindow } from "./windows.js";

/** Slots for calls, handed out so that no window of the pool's is exceeded. */
export interface Pool {
  /** Milliseconds until one call more may start; `Infinity` until something happens that is told to the bucket. */
  delayMs(): number;
  /** Whether the answer to `delayMs` is on its way from elsewhere. */
  readonly isUndecided: boolean;
  /** Takes the slot that `delayMs` has just said is there. */
  take(): Slot;
  /** The call has ended, however. */
  end(slot: Slot): void;
  /** The call was never made. */
  giveBack(slot: Slot): void;
  /** Milliseconds until a call with `place` others before it can be expected to start. */
  predictMs(place: number): number;
  /** Milliseconds that a call can be expected to take. */
  expectedDurationMs(): number;
  /** What is left; `null` without a quota. */
  left(): QuotaLeft | null;
  /** The upstream wants to be left alone for `forMs`, and these are the windows from now on. */
  throttled(forMs: number, windows: readonly RateWindow[]): void;
}

/** What one process knows by itself. */
export class LocalPool implements Pool {
  readonly #now: () => number;
  readonly history = new History();
  readonly isUndecided = false;
  #windows: readonly RateWindow[];
  #taken = 0;

  constructor(now: () => number, windows: readonly RateWindow[]) {
    this.#now = now;
    this.#windows = windows;
  }

  delayMs(): number {
    return delayUntilFree(this.history, this.#now(), this.#windows);
  }

  take(): Slot {
    this.#taken += 1;
    return this.history.start({ id: String(this.#taken), startedMs: this.#now() });
  }

  end(slot: Slot): void {
    this.history.end(slot, this.#now(), endsToKeep(this.#windows));
  }

  giveBack(slot: Slot): void {
    this.history.drop(slot);
  }

  predictMs(place: number): number {
    return predictDelay(this.history, this.#now(), this.#windows, place, this.history.durationMs);
  }

  expectedDurationMs(): number {
    return this.history.durationMs;
  }

  left(): QuotaLeft | null {
    return quotaLeft(this.history, this.#now(), quotasOf(this.#windows));
  }

  throttled(_: number, windows: readonly RateWindow[]): void {
    this.#windows = windows;
  }
}

/** The bound on calls in flight is ours, and no quota. */
export const quotasOf = (windows: readonly RateWindow[]): readonly RateWindow[] =>
  windows.filter(({ windowMs }) => windowMs > 0);
