/** One of an endpoint's quotas: at most `limit` calls in any `windowMs` milliseconds. */
export interface RateWindow {
  /** Calls, 1 or more. */
  readonly limit: number;
  /** Milliseconds, 1 or more. */
  readonly windowMs: number;
}

/** The calls that can still count against a quota. */
export interface CallHistory {
  /** Calls that have started and not ended. */
  readonly inFlight: number;
  /** When the others ended, in milliseconds, ascending. */
  readonly endsMs: readonly number[];
}

/**
 * Milliseconds to wait so that one more call keeps every sliding window of the upstream's within its limit; `Infinity`
 * when a call in flight has to end first.
 *
 * The upstream counts a call when it arrives, which is known here only to lie between its start and its end. So a call
 * counts from its start until a whole window after its end: of the calls that arrive within any window, the last one to
 * start saw all the others still counting.
 */
export function delayUntilFree(
  { inFlight, endsMs }: CallHistory,
  nowMs: number,
  windows: readonly RateWindow[],
): number {
  const waits = windows.map(({ limit, windowMs }) => {
    const free = limit - inFlight;
    if (free <= 0) return Number.POSITIVE_INFINITY;
    const oldestThatCounts = endsMs.at(-free);
    return oldestThatCounts === undefined ? 0 : oldestThatCounts + windowMs - nowMs;
  });
  return Math.max(0, ...waits);
}

/** How many of the newest ends can still matter to one of the windows. */
export function endsToKeep(windows: readonly RateWindow[]): number {
  return Math.max(0, ...windows.map(({ limit }) => limit));
}
