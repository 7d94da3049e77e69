import { type CountedCalls, countWithin, type RateWindow } from "./sliding-window.js";

/**
 * Length in milliseconds above which a window is spent evenly, once less than half of it remains.
 * A shorter window refills before anyone notices.
 * A minute's window spent in its first 20 seconds would leave 40 seconds without a call.
 */
const EVEN_BEYOND_MS = 1500;

/** Points of the window's past at which the rate is checked. Errors between two points correct themselves over time. */
const SAMPLES = 16;

/** Tolerance for parts of a window, which are counted in floating point. */
const ROUNDING = 1e-9;

export const isSpentEvenly = ({ windowMs }: RateWindow): boolean => windowMs > EVEN_BEYOND_MS;

/**
 * Returns the highest constant rate, in calls per millisecond, at which the window does not run dry.
 * At every future moment, the remaining calls plus those that have left the window must cover the calls spent.
 * The supply only grows in steps, so it is checked just before each step.
 *
 * `spent` calls count as already used.
 */
export function sustainableRate(calls: CountedCalls, nowMs: number, window: RateWindow, spent = 0): number {
  const { limit, windowMs, returning } = window;
  const counted = calls.arrivals.countAfter(nowMs - windowMs);
  const remaining = Math.max(0, limit - calls.pending - counted - spent);
  let rate = (limit + returnedBy(window, windowMs)) / windowMs;
  for (let sample = 0; sample <= SAMPLES; sample++) {
    // The oldest counted call is the next to leave, so it is always a sample.
    const place = sample === 0 ? 1 : Math.ceil((counted * sample) / SAMPLES);
    const arrivedMs = calls.arrivals.newest(counted - place + 1);
    const leavesInMs = arrivedMs === undefined ? 0 : arrivedMs + windowMs - nowMs;
    if (leavesInMs > 0) {
      rate = Math.min(rate, (remaining + place - 1 + returnedBy(window, leavesInMs)) / leavesInMs);
    }
  }
  returning?.forEach((others, part) => {
    const inMs = (windowMs * (part + 1)) / returning.length;
    const own = counted - calls.arrivals.countAfter(nowMs - windowMs + inMs);
    if (others > 0) rate = Math.min(rate, (remaining + own + returnedBy(window, inMs) - others) / inMs);
  });
  return rate;
}

/** Returns the number of other replicas' calls that have left the window within `inMs`. */
function returnedBy({ windowMs, returning = [] }: RateWindow, inMs: number): number {
  const parts = Math.floor((inMs / windowMs) * returning.length + ROUNDING);
  let returned = 0;
  for (let part = 0; part < parts; part++) returned += returning[part] ?? 0;
  return returned;
}

/**
 * Returns the milliseconds until the next call of a long window may start, after one at `lastStartMs`.
 * Returns 0 while at least half of the window remains, so that bursts after quiet times stay possible.
 */
export function delayUntilEven(calls: CountedCalls, nowMs: number, window: RateWindow, lastStartMs: number): number {
  if (!isSpentEvenly(window)) return 0;
  const remaining = window.limit - countWithin(calls, nowMs, window.windowMs);
  if (2 * remaining >= window.limit) return 0;
  const rate = sustainableRate(calls, nowMs, window);
  // Nothing remains: the sliding window itself determines when the next call is free.
  return rate === 0 ? 0 : Math.max(0, lastStartMs + 1 / rate - nowMs);
}
