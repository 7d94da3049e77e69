import type { ArrivalLog } from "./arrival-log.js";

/** One of an endpoint's quotas: at most `limit` calls in any `windowMs` milliseconds. */
export interface RateWindow {
  /** Calls, 0 or more. */
  readonly limit: number;
  /** Milliseconds, above 0. */
  readonly windowMs: number;
  /** Calls by which the limit grows in the course of the window, by equal parts of it: others' that leave it. */
  readonly returning?: readonly number[];
}

/** The calls that can still count against a quota. */
export interface CountedCalls {
  /** Calls whose latest plausible arrival is not known yet: they have not been sent, or count until their end. */
  readonly pending: number;
  /** Latest plausible arrivals of all others; they may lie in the future. */
  readonly arrivals: ArrivalLog;
}

/** Remaining calls of a quota. */
export interface QuotaRemaining {
  /** Calls that may start now. */
  readonly remaining: number;
  /** Milliseconds until none of the calls counted now counts any more, in the window with the least remaining. */
  readonly resetMs: number;
}

/**
 * Milliseconds to wait so that one more call keeps every window of the upstream within its limit, wherever that window starts;
 * `Infinity` when a pending call has to be sent or end first.
 *
 * The upstream counts a call when it arrives. A call counts here from its start until a whole window after its latest plausible
 * arrival. Of the calls that arrive within any window, the last one to start therefore saw all the others still counting.
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

/** Number of calls that count within a window that ends now. */
export const countWithin = ({ pending, arrivals }: CountedCalls, nowMs: number, windowMs: number): number =>
  pending + arrivals.countAfter(nowMs - windowMs);

/** Returns the calls that the windows have left; `null` without a window. */
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
