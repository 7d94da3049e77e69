import type { RateWindow } from "./sliding-window.js";

/** Limit that the upstream named in a throttled response. */
export interface Ceiling {
  /** Calls, 1 or more. */
  readonly limit: number;
  readonly namedAtMs: number;
}

/** Milliseconds that a named limit is kept, and then between two steps upward. */
const STEP_MS = 60_000;
/** Part of the configured limit by which each step rises. */
const STEP_SHARE = 0.1;

/**
 * Returns the windows under a ceiling. The upstream does not say which window it means.
 * The ceiling therefore applies to the window with the next higher limit.
 * The named limit is kept for a minute.
 * It then rises by a tenth of the configured limit each minute until it is whole again.
 */
export function underCeiling(
  windows: readonly RateWindow[],
  ceiling: Ceiling | null,
  nowMs: number,
): readonly RateWindow[] {
  const lowered = ceiling && windowOf(windows, ceiling.limit);
  if (!ceiling || !lowered) return windows;
  const steps = Math.max(0, Math.floor((nowMs - ceiling.namedAtMs) / STEP_MS));
  const limit = Math.min(lowered.limit, Math.floor(ceiling.limit + steps * STEP_SHARE * lowered.limit));
  if (limit === lowered.limit) return windows;
  return windows.map((window) => (window === lowered ? { ...window, limit } : window));
}

/** Returns the milliseconds until the ceiling rises; `Infinity` once it has no effect. */
export function msUntilStep(windows: readonly RateWindow[], ceiling: Ceiling | null, nowMs: number): number {
  if (!ceiling || underCeiling(windows, ceiling, nowMs) === windows) return Number.POSITIVE_INFINITY;
  return STEP_MS - ((nowMs - ceiling.namedAtMs) % STEP_MS);
}

/** Returns true if a named limit is below what the windows allow. */
export const isLower = (windows: readonly RateWindow[], limit: number): boolean => windowOf(windows, limit) !== null;

function windowOf(windows: readonly RateWindow[], limit: number): RateWindow | null {
  if (limit < 1 || windows.some((window) => window.limit === limit)) return null;
  let next: RateWindow | null = null;
  for (const window of windows) if (window.limit > limit && (!next || window.limit < next.limit)) next = window;
  return next;
}
