import { isSpentEvenly, sustainableRate } from "./even-spending.js";
import { type CountedCalls, countWithin, type RateWindow } from "./sliding-window.js";

/**
 * Returns the milliseconds until a call with `place` others ahead of it can be expected to start.
 * Returns `Infinity` when a window has no calls at all.
 * Takes constant time per window, because it does not simulate the queue.
 * Several windows together may therefore take somewhat longer.
 */
export function estimateWaitMs(
  calls: CountedCalls,
  nowMs: number,
  windows: readonly RateWindow[],
  place: number,
): number {
  let waitMs = slidingWaitMs(calls, nowMs, windows, place);
  for (const window of windows) waitMs = Math.max(waitMs, evenWaitMs(calls, nowMs, windows, window, place));
  return waitMs;
}

/** Returns the wait in one long window. It allows a burst until half of it remains, then one call each interval. */
function evenWaitMs(
  calls: CountedCalls,
  nowMs: number,
  windows: readonly RateWindow[],
  window: RateWindow,
  place: number,
): number {
  if (!isSpentEvenly(window)) return 0;
  const remaining = window.limit - countWithin(calls, nowMs, window.windowMs);
  const burst = Math.max(0, Math.floor(remaining - window.limit / 2));
  if (place < burst) return 0;
  const rate = sustainableRate(calls, nowMs, window, burst);
  if (rate > 0) return slidingWaitMs(calls, nowMs, windows, burst) + (place - burst + 1) / rate;
  // A window that has run dry keeps each slot that returns until the next one does.
  // It spreads all others over its length.
  const slotKeptMs = slidingWaitMs(calls, nowMs, [window], place + 1);
  const spreadMs = (place * window.windowMs) / Math.max(1, window.limit - 1);
  return Math.max(slotKeptMs, slidingWaitMs(calls, nowMs, [window], 0) + spreadMs);
}

/** Returns the wait in sliding windows. Each slot is free again a whole window after its previous call. */
function slidingWaitMs(
  { pending, arrivals }: CountedCalls,
  nowMs: number,
  windows: readonly RateWindow[],
  place: number,
): number {
  let waitMs = 0;
  for (const { limit, windowMs } of windows) {
    if (limit < 1) return Number.POSITIVE_INFINITY;
    const turns = Math.floor(place / limit);
    const newest = limit - (place % limit);
    const blocking = newest <= pending ? nowMs : arrivals.newest(newest - pending);
    const firstTurnMs = blocking === undefined ? 0 : Math.max(0, blocking + windowMs - nowMs);
    waitMs = Math.max(waitMs, firstTurnMs + turns * windowMs);
  }
  return waitMs;
}

/** Correction for waits that exceed their estimates. */
export interface WaitCorrection {
  /** Returns the estimate stretched by the largest recent error, never a shorter one. */
  corrected(estimateMs: number): number;
  /** Records the actual wait of an estimate. */
  record(estimateMs: number, actualMs: number): void;
}

/** Minimum stretch of every estimate, because timers are late and calls take longer under load. */
const MIN_FACTOR = 1.1;
const MAX_FACTOR = 2;
/** Part of the factor that survives one record without a new error. */
const MEMORY = 0.9995;
/** Shortest estimate, in milliseconds, that is compared. Shorter waits say more about timers than about the queue. */
const MIN_COMPARABLE_MS = 1000;

/** Creates a correction that follows the largest recent error. */
export function createWaitCorrection(): WaitCorrection {
  let factor = MIN_FACTOR;
  return {
    corrected: (estimateMs) => estimateMs * factor,
    record(estimateMs, actualMs) {
      if (estimateMs < MIN_COMPARABLE_MS) return;
      factor = Math.min(MAX_FACTOR, Math.max(MIN_FACTOR, factor * MEMORY, actualMs / estimateMs));
    },
  };
}
