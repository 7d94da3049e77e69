/** Estimates when a call that has been sent has arrived at the latest. One a process: the way to the upstream is the same for all. */
export interface ArrivalEstimate {
  /**
   * Milliseconds from sending a call until it counts as arrived while it is under way; `null` counts calls until their end.
   */
  boundMs(): number | null;
  /** Milliseconds from sending a call to its latest plausible arrival, once it has ended after `durationMs`. */
  arrivedWithinMs(durationMs: number): number;
  /** Milliseconds from sending anything to an answer: of a connection, or of a call. */
  recordRoundTrip(ms: number): void;
  /** The upstream has throttled although every window was kept: the bound was too small, or somebody else uses the quota. */
  recordExcess(): void;
  /** The margin in milliseconds, and whether calls count until their end just now. */
  state(): { readonly marginMs: number; readonly countsToEnd: boolean };
}

/**
 * What the way there may vary by. A constant delay shifts all arrivals alike and exceeds no window; only its variation does,
 * half a round trip and this much of it.
 */
const MIN_MARGIN_MS = 50;
const MAX_MARGIN_MS = 800;
/**
 * An answer within this time costs little to count to its end, and says nothing of its call's own way: a machine that stands still
 * for a moment delays both.
 */
const QUICK_MS = 100;
/** Milliseconds for which calls count until their end after the estimate was wrong. */
const COUNT_TO_END_MS = 60_000;
/** A margin that has been right for this long is halved. */
const NARROW_AFTER_MS = 600_000;
/** Milliseconds after which the smallest round trip is measured again: the route may have changed. */
const ROUND_TRIP_PERIOD_MS = 600_000;

/** Learns the bound; `onExcess` hears of each time that it was wrong. */
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
      // Calls that were on their way together are throttled together: they are one error.
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
