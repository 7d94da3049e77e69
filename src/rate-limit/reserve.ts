import { isSpentEvenly } from "./even-spending.js";
import type { RateWindow } from "./sliding-window.js";

/** The part of a quota that is kept for callers who ask for little. */
const RESERVED_SHARE = 0.1;
/** A smaller quota is not worth dividing. */
const MIN_DIVISIBLE_LIMIT = 10;
/** Milliseconds for which the reserve of a new limiter waits for light callers. */
const INITIALLY_KEPT_MS = 2000;
/** Milliseconds for which the reserve is kept after a light caller has called. */
const KEPT_MS = 120_000;

/** Number of calls of a limit that are kept for light callers. */
export const reserveOf = (limit: number): number =>
  limit < MIN_DIVISIBLE_LIMIT ? 0 : Math.ceil(limit * RESERVED_SHARE);

/**
 * Keeps a tenth of each window free while there are light callers, and lends it to all when there are none: a slot of a
 * sliding window that is always kept free is lost to everybody.
 */
export class Reserve {
  #keptSinceMs = Number.NEGATIVE_INFINITY;
  #keptUntilMs: number;
  /** Results with the whole reserve kept: nearly every call asks for them again. */
  #whole = new WeakMap<readonly RateWindow[], readonly RateWindow[]>();

  constructor(nowMs: number) {
    this.#keptUntilMs = nowMs + INITIALLY_KEPT_MS;
  }

  /** A light caller calls. */
  want(nowMs: number): void {
    if (nowMs >= this.#keptUntilMs) {
      this.#keptSinceMs = nowMs;
      this.#whole = new WeakMap();
    }
    this.#keptUntilMs = nowMs + KEPT_MS;
  }

  /** The reserve of each window: calls of light callers that do not wait for the even pace of a long one. */
  windows(windows: readonly RateWindow[]): readonly RateWindow[] {
    return windows.map(({ limit, windowMs }) => ({ limit: reserveOf(limit), windowMs }));
  }

  /**
   * The windows without the reserve. That of a long window is taken back gradually, so that the other callers do not stand
   * still meanwhile.
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
