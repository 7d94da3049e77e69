import type { ArrivalLog } from "./arrival-log.js";

/** One quota of an endpoint: at most `limit` calls in any `windowMs` milliseconds. */
export interface RateWindow {
  /** Calls, 0 or more. */
  readonly limit: number;
  /** Milliseconds, above 0. */
  readonly windowMs: number;
  /**
   * Calls by which the limit grows in the course of the window, by equal parts of it.
   * These are other replicas' calls that leave the window.
   */
  readonly returning?: readonly number[];
}

/** Calls that can still count against a quota. */
export interface CountedCalls {
  /** Calls without a known latest plausible arrival: not sent yet, or counted until their end. */
  readonly pending: number;
  /** Latest plausible arrivals of all other calls; they may lie in the future. */
  readonly arrivals: ArrivalLog;
}

/** Remaining calls of a quota. */
export interface QuotaRemaining {
  /** Calls that may start now. */
  readonly remaining: number;
  /** Milliseconds until no call counted now counts any more, in the window with the least remaining. */
  readonly resetMs: number;
}

/**
 * Returns the milliseconds to wait so that one more call keeps every upstream window within its limit.
 * The result holds wherever the upstream's window starts.
 * Returns `Infinity` when a pending call has to be sent or end first.
 *
 * The upstream counts a call when it arrives.
 * A call counts here from its start until a whole window after its latest plausible arrival.
 * Of the calls that arrive within any window, the last to start therefore saw all the others still counting.
 */
export function delayUntilFree({ pending, arrivals }: CountedCalls, nowMs: number, windows: readonly RateWindow[]) {
  let waitMs = 0;
  for (const { limit, windowMs } of windows) {
    const free = limit - pending;
    if (free <= 0) return Number.POSITIVE_INFINITY;
    const blocking = arrivals.newest(free);
    if (blocking !== undefined) waitMs = Math.max(waitMs, blocking + windowMs - nowMs);
  }
  return waitMs;
}

/** Returns the number of calls that count within a window that ends now. */
export const countWithin = ({ pending, arrivals }: CountedCalls, nowMs: number, windowMs: number): number =>
  pending + arrivals.countAfter(nowMs - windowMs);

/** Returns the remaining calls of the window with the fewest; `null` without a window. */
export function quotaRemaining(
  calls: CountedCalls,
  nowMs: number,
  windows: readonly RateWindow[],
): QuotaRemaining | null {
  let least = null as QuotaRemaining | null;
  const newestMs = calls.pending > 0 ? nowMs : (calls.arrivals.newest(1) ?? Number.NEGATIVE_INFINITY);
  for (const { limit, windowMs } of windows) {
    const remaining = Math.max(0, limit - countWithin(calls, nowMs, windowMs));
    const resetMs = Math.max(0, newestMs + windowMs - nowMs);
    const isLeast = !least || remaining < least.remaining || (remaining === least.remaining && resetMs > least.resetMs);
    if (isLeast) least = { remaining, resetMs };
  }
  return least;
}
