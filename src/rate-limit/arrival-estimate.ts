/**
 * Estimate of the latest time at which a sent call has arrived.
 * One instance per process, because all calls share the path to the upstream.
 */
export interface ArrivalEstimate {
  /**
   * Returns the milliseconds from sending until a call in flight counts as arrived.
   * `null` counts calls until they end.
   */
  boundMs(): number | null;
  /** Returns the milliseconds from sending to the latest plausible arrival of a call that took `durationMs`. */
  arrivedWithinMs(durationMs: number): number;
  /** Records a round trip in milliseconds, of a connection or of a call. */
  recordRoundTrip(ms: number): void;
  /**
   * Records a throttled response although every window was kept.
   * Either the bound was too small, or another client uses the quota.
   */
  recordExcess(): void;
  /** Returns the margin in milliseconds, and whether calls currently count until they end. */
  state(): { readonly marginMs: number; readonly countsToEnd: boolean };
}

/**
 * Milliseconds allowed for variation of the path. A constant delay shifts all arrivals alike and exceeds no window.
 * Only variation does; half a round trip plus this margin covers it.
 */
const MIN_MARGIN_MS = 50;
const MAX_MARGIN_MS = 800;
/**
 * Milliseconds within which a response is quick. A quick call is cheap to count until its end.
 * Its duration says nothing about its own path: a brief stall of the machine delays both.
 */
const QUICK_MS = 100;
/** Milliseconds that calls count until their end after a wrong estimate. */
const COUNT_TO_END_MS = 60_000;
/** Milliseconds without an error after which the margin is halved. */
const NARROW_AFTER_MS = 600_000;
/** Milliseconds after which the smallest round trip is measured again, because the route may have changed. */
const ROUND_TRIP_PERIOD_MS = 600_000;

/** Creates an estimate that learns its bound. Calls `onExcess` each time the bound was wrong. */
export function createArrivalEstimate(
  now: () => number,
  onExcess: (state: { readonly marginMs: number }) => void = () => {},
): ArrivalEstimate {
  let marginMs = MIN_MARGIN_MS;
  let changedAtMs = now();
  let toEndUntilMs = Number.NEGATIVE_INFINITY;
  let smallest = { sinceMs: now(), currentMs: Number.POSITIVE_INFINITY, previousMs: Number.POSITIVE_INFINITY };
  const narrow = (): void => {
    if (marginMs === MIN_MARGIN_MS || now() - changedAtMs < NARROW_AFTER_MS) return;
    marginMs = Math.max(MIN_MARGIN_MS, marginMs / 2);
    changedAtMs = now();
  };
  const wayMs = (): number => Math.min(smallest.currentMs, smallest.previousMs) / 2 + marginMs;
  return {
    boundMs() {
      narrow();
      return now() < toEndUntilMs || wayMs() === Number.POSITIVE_INFINITY ? null : Math.max(QUICK_MS, wayMs());
    },
    arrivedWithinMs: (durationMs) => (durationMs <= QUICK_MS ? durationMs : Math.min(durationMs, wayMs())),
    recordRoundTrip(ms) {
      if (now() - smallest.sinceMs >= ROUND_TRIP_PERIOD_MS) {
        smallest = { sinceMs: now(), currentMs: Number.POSITIVE_INFINITY, previousMs: smallest.currentMs };
      }
      smallest.currentMs = Math.min(smallest.currentMs, ms);
    },
    recordExcess() {
      // Calls that were in flight together are throttled together, so they count as one error.
      const isNew = now() >= toEndUntilMs;
      toEndUntilMs = now() + COUNT_TO_END_MS;
      if (!isNew) return;
      marginMs = Math.min(MAX_MARGIN_MS, 2 * marginMs);
      changedAtMs = now();
      onExcess({ marginMs });
    },
    state: () => ({ marginMs, countsToEnd: now() < toEndUntilMs }),
  };
}
