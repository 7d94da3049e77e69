/** One of an endpoint's quotas: at most `limit` calls in any `windowMs` milliseconds. */
export interface RateWindow {
  /** Calls, 0 or more. */
  readonly limit: number;
  /** Milliseconds; 0 only bounds how many calls are in flight at once. */
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
  let waitMs = 0;
  for (const { limit, windowMs } of windows) {
    const free = limit - inFlight;
    if (free <= 0) return Number.POSITIVE_INFINITY;
    const oldestThatCounts = endsMs.at(-free);
    if (oldestThatCounts !== undefined) waitMs = Math.max(waitMs, oldestThatCounts + windowMs - nowMs);
  }
  return waitMs;
}

/**
 * Milliseconds until the call that has `place` others before it in a queue can start, when every call takes `durationMs`.
 * `Infinity` when a window lets nothing through.
 */
export function predictDelay(
  { inFlight, endsMs }: CallHistory,
  nowMs: number,
  windows: readonly RateWindow[],
  place: number,
  durationMs: number,
): number {
  if (windows.some(({ limit }) => limit <= 0)) return Number.POSITIVE_INFINITY;
  const ends = [...endsMs.slice(-endsToKeep(windows)), ...Array<number>(inFlight).fill(nowMs + durationMs)];
  let startMs = nowMs;
  for (let i = 0; i <= place; i++) {
    for (const { limit, windowMs } of windows) {
      const oldestThatCounts = ends.at(-limit);
      if (oldestThatCounts !== undefined) startMs = Math.max(startMs, oldestThatCounts + windowMs);
    }
    ends.push(startMs + durationMs);
  }
  return startMs - nowMs;
}

/** How many of the newest ends can still matter to one of the windows. */
export function endsToKeep(windows: readonly RateWindow[]): number {
  let most = 0;
  for (const { limit } of windows) most = Math.max(most, limit);
  return most;
}

/** How many calls of the history count within a window that ends now. */
export function countWithin({ inFlight, endsMs }: CallHistory, nowMs: number, windowMs: number): number {
  return inFlight + endsMs.filter((end) => end > nowMs - windowMs).length;
}

/** What is left of a quota. */
export interface QuotaLeft {
  /** Calls that may start now. */
  readonly remaining: number;
  /** Milliseconds until nothing of now counts any more in the window that has the least left. */
  readonly resetMs: number;
}

/** What the windows have left; `null` where there is none. */
export function quotaLeft(history: CallHistory, nowMs: number, windows: readonly RateWindow[]): QuotaLeft | null {
  const newest = history.inFlight > 0 ? nowMs : (history.endsMs.at(-1) ?? Number.NEGATIVE_INFINITY);
  const lefts = windows.map(({ limit, windowMs }) => ({
    remaining: Math.max(0, limit - countWithin(history, nowMs, windowMs)),
    resetMs: Math.max(0, newest + windowMs - nowMs),
  }));
  const [least = null] = lefts.toSorted((a, b) => a.remaining - b.remaining || b.resetMs - a.resetMs);
  return least;
}

/** The part of a quota that callers who ask for much leave to those who ask for little. */
const RESERVED_SHARE = 0.05;
/** A smaller quota is not worth dividing. */
const MIN_DIVISIBLE_LIMIT = 10;

/** How many calls of a window are kept for light callers. */
export const reserveOf = ({ limit }: RateWindow): number =>
  limit < MIN_DIVISIBLE_LIMIT ? 0 : Math.ceil(limit * RESERVED_SHARE);

/** A quota in two parts that together are the whole: one for all callers, and one for light callers alone. */
export function divide(windows: readonly RateWindow[]): {
  common: readonly RateWindow[];
  reserved: readonly RateWindow[];
} {
  return {
    common: windows.map((window) => ({ ...window, limit: window.limit - reserveOf(window) })),
    reserved: windows.map((window) => ({ ...window, limit: reserveOf(window) })),
  };
}

/**
 * The windows after the upstream has named `ceiling` as the limit of the one that was full. It does not say which: the one
 * whose limit is the next above it.
 */
export function lowerTo(windows: readonly RateWindow[], ceiling: number): readonly RateWindow[] {
  if (ceiling < 1 || windows.some(({ limit }) => limit === ceiling)) return windows;
  const above = windows.filter(({ limit, windowMs }) => windowMs > 0 && limit > ceiling);
  const [lowered] = above.toSorted((a, b) => a.limit - b.limit);
  return windows.map((window) => (window === lowered ? { ...window, limit: ceiling } : window));
}
