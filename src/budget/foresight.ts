/** Learns how much later things come than they were foreseen. */
export interface Foresight {
  /** A foreseen wait as it will probably be, in milliseconds; never shorter. */
  corrected(foreseenMs: number): number;
  /** A wait that was foreseen has come to its end. */
  compare(foreseenMs: number, actualMs: number): void;
}

/** Timers are late and calls take longer under load: what is foreseen comes a little later in any case. */
const LEAST = 1.1;
const MOST = 2;
/** Of an error that does not come again so much is remembered at the next comparison. */
const MEMORY = 0.9995;
/** Shorter waits say more of timers than of the queue. */
const MIN_COMPARABLE_MS = 1000;

/** Follows the largest error of late. */
export function createForesight(): Foresight {
  let factor = LEAST;
  return {
    corrected: (foreseenMs) => foreseenMs * factor,
    compare(foreseenMs, actualMs) {
      if (foreseenMs < MIN_COMPARABLE_MS) return;
      factor = Math.min(MOST, Math.max(LEAST, factor * MEMORY, actualMs / foreseenMs));
    },
  };
}
