/** One of an endpoint's quotas: at most `limit` calls in any `windowMs` milliseconds. */
export interface RateWindow {
  /** Calls, 1 or more. */
  readonly limit: number;
  /** Milliseconds, 1 or more. */
  readonly windowMs: number;
}

/**
 * Milliseconds to wait so that one more call keeps every sliding window within its limit.
 * `starts` are the times of the calls made so far, ascending.
 */
export function delayUntilFree(starts: readonly number[], nowMs: number, windows: readonly RateWindow[]): number {
  const waits = windows.map(({ limit, windowMs }) => {
    const oldestThatCounts = starts.at(-limit);
    return oldestThatCounts === undefined ? 0 : oldestThatCounts + windowMs - nowMs;
  });
  return Math.max(0, ...waits);
}

/** How many of the newest `starts` can still matter to one of the windows. */
export function startsToKeep(windows: readonly RateWindow[]): number {
  return Math.max(0, ...windows.map(({ limit }) => limit));
}
