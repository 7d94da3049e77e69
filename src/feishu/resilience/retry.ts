/** How many calls of an endpoint may be made a second time. */
export interface RetryBudget {
  /** A call is made for the first time. */
  recordCall(endpoint: string): void;
  /** Whether one of `endpoint`'s may be made again; counts it. */
  take(endpoint: string): boolean;
}

/** Of this many calls one may be a retry. */
const CALLS_PER_RETRY = 10;
/** Calls and retries are counted by the minute, as the longest quota is. */
const PERIOD_MS = 60_000;

interface Count {
  readonly sinceMs: number;
  calls: number;
  retries: number;
}

/**
 * Keeps retries to a tenth of an endpoint's calls, and to one as long as there are fewer than twenty: an endpoint that fails
 * is not asked twice as much for it. The libraries for retries count attempts of a call, not calls of an endpoint.
 */
export function createRetryBudget(now: () => number): RetryBudget {
  const counts = new Map<string, Count>();
  const countOf = (endpoint: string): Count => {
    const known = counts.get(endpoint);
    if (known && now() - known.sinceMs < PERIOD_MS) return known;
    const count = { sinceMs: now(), calls: 0, retries: 0 };
    counts.set(endpoint, count);
    return count;
  };
  return {
    recordCall(endpoint) {
      countOf(endpoint).calls += 1;
    },
    take(endpoint) {
      const count = countOf(endpoint);
      if (count.retries >= Math.max(1, Math.floor(count.calls / CALLS_PER_RETRY))) return false;
      count.retries += 1;
      return true;
    },
  };
}
