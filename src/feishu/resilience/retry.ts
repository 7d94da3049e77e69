/** Limit on the retries of each endpoint. */
export interface RetryBudget {
  /** Counts the first attempt of a call. */
  recordCall(endpoint: string): void;
  /** Returns whether a call of `endpoint` may be retried, and counts the retry. */
  take(endpoint: string): boolean;
}

/** Number of calls that allow one retry. */
const CALLS_PER_RETRY = 10;
/** Period over which calls and retries are counted: a minute, like the longest quota window. */
const PERIOD_MS = 60_000;

interface Count {
  readonly sinceMs: number;
  calls: number;
  retries: number;
}

/**
 * Creates a budget that limits retries to a tenth of an endpoint's calls, or to one below twenty calls. A failing
 * endpoint therefore does not receive twice the load. Retry libraries count the attempts of a call, not the calls of an
 * endpoint.
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
