import { isSpentEvenly } from "./even-spending.js";
import type { RateWindow } from "./sliding-window.js";

/** Part of a quota that is reserved for light callers. */
const RESERVED_SHARE = 0.1;
/** Smallest limit that is worth dividing. */
const MIN_DIVISIBLE_LIMIT = 10;
/** Milliseconds that the reserve of a new limiter waits for light callers. */
const INITIALLY_KEPT_MS = 2000;
/** Milliseconds that the reserve is kept after a light caller's call. */
const KEPT_MS = 120_000;

/** Returns the number of calls of a limit that are reserved for light callers. */
export const reserveOf = (limit: number): number =>
  limit < MIN_DIVISIBLE_LIMIT ? 0 : Math.ceil(limit * RESERVED_SHARE);

/**
 * Tenth of each window, kept free while light callers call and lent to all otherwise.
 * A slot of a sliding window that is always kept free is lost to everyone.
 */
export class Reserve {
  #keptSinceMs = Number.NEGATIVE_INFINITY;
  #keptUntilMs: number;
  /** Cached results with the whole reserve kept, because nearly every call needs them again. */
  #whole = new WeakMap<readonly RateWindow[], readonly RateWindow[]>();

  constructor(nowMs: number) {
    this.#keptUntilMs = nowMs + INITIALLY_KEPT_MS;
  }

  /** Records that a light caller calls. */
  want(nowMs: number): void {
    if (nowMs >= this.#keptUntilMs) {
      this.#keptSinceMs = nowMs;
      this.#whole = new WeakMap();
    }
    this.#keptUntilMs = nowMs + KEPT_MS;
  }

  /** Returns the reserve of each window. Light callers spend it without waiting for the even pace of a long window. */
  windows(windows: readonly RateWindow[]): readonly RateWindow[] {
    return windows.map(({ limit, windowMs }) => ({ limit: reserveOf(limit), windowMs }));
  }

  /**
   * Returns the windows without the reserve.
   * The reserve of a long window is taken back gradually, so that the other callers do not stall meanwhile.
   */
  common(nowMs: number, windows: readonly RateWindow[]): readonly RateWindow[] {
    if (nowMs >= this.#keptUntilMs) return windows;
    const known = this.#whole.get(windows);
    if (known) return known;
    const keptForMs = nowMs - this.#keptSinceMs;
    const common = windows.map((window) => {
      const regained = isSpentEvenly(window) ? Math.min(1, keptForMs / window.windowMs) : 1;
      return { ...window, limit: window.limit - Math.floor(reserveOf(window.limit) * regained) };
    });
    if (windows.every(({ windowMs }) => keptForMs >= windowMs)) this.#whole.set(windows, common);
    return common;
  }
}
