import { type CallHistory, countWithin, type RateWindow } from "./windows.js";

/**
 * How this process stands to the fleet: `alone` it keeps to its share by itself; `settling` it does so through Redis, which
 * does not know of all others yet; `shared` it has what nobody else has.
 */
export type Standing = "alone" | "settling" | "shared";

/** What others have called, by window. */
export interface OthersCalls {
  readonly counted: readonly number[];
  readonly atMs: number;
}

/** What others may still be using of a replica's share, by window, from the moment that it went alone. */
export interface Loss {
  readonly excess: readonly number[];
  readonly atMs: number;
}

/** The most calls that the windows let through in a time. */
const mostWithin = (quotas: readonly RateWindow[], ms: number): number =>
  Math.min(...quotas.map(({ limit, windowMs }) => limit * (Math.floor(ms / windowMs) + 1)));

/**
 * What counts against a replica's share when it goes alone: the others have had `known` when it last heard of them, may have
 * called since, and may have used more than their own share. `before` is what counted already.
 */
export function lossOf(
  quotas: readonly RateWindow[],
  own: CallHistory,
  known: OthersCalls | null,
  share: number,
  nowMs: number,
  before: Loss | null,
): Loss {
  const excess = quotas.map(({ limit, windowMs }, i) => {
    const since = known ? (known.counted[i] ?? 0) : 0;
    const most = since + (known ? mostWithin(quotas, nowMs - known.atMs) : limit);
    const theirs = Math.min(limit - countWithin(own, nowMs, windowMs), most);
    return Math.max(before?.excess[i] ?? 0, theirs - (limit - limit * share));
  });
  return { excess, atMs: nowMs };
}

/**
 * A replica's share of the windows, less what others may still be using of it. With `inFraction` a share of less than one
 * call is one call in a longer time.
 */
export function shareOf(
  quotas: readonly RateWindow[],
  share: number,
  loss: Loss | null,
  nowMs: number,
  inFraction: boolean,
): RateWindow[] {
  return quotas.map(({ limit, windowMs }, i) => {
    const isOver = !loss || nowMs >= loss.atMs + windowMs;
    const calls = limit * share - (isOver ? 0 : (loss.excess[i] ?? 0));
    if (inFraction && isOver && calls > 0 && calls < 1) return { limit: 1, windowMs: windowMs / calls };
    return { limit: Math.max(0, Math.floor(calls)), windowMs };
  });
}

/** Milliseconds until less of a loss counts; `Infinity` when nothing does any more. */
export function untilLessIsLost(quotas: readonly RateWindow[], loss: Loss | null, nowMs: number): number {
  const leftsMs = quotas.map(({ windowMs }) => (loss ? loss.atMs + windowMs - nowMs : 0));
  return Math.min(...leftsMs.filter((ms) => ms > 0), Number.POSITIVE_INFINITY);
}

/** The most that was counted lately, with when. */
export interface Peak {
  readonly counted: number;
  readonly atMs: number;
}

/** The peaks with a new count: one is forgotten after two windows, for between two bursts there seems to be nobody. */
export const nextPeaks = (
  quotas: readonly RateWindow[],
  peaks: readonly Peak[],
  { counted, atMs }: OthersCalls,
): Peak[] =>
  quotas.map(({ windowMs }, i) => {
    const peak = peaks[i];
    const latest = { counted: counted[i] ?? 0, atMs };
    return peak && peak.counted > latest.counted && atMs - peak.atMs < 2 * windowMs ? peak : latest;
  });

/** Others may be a little quicker: so much of an even part can be counted on. */
const CERTAIN = 0.85;

/**
 * What a replica can expect of the windows beside others: what it has, and of what is left the part that they leave to it. How
 * busy they are is told by the most that they called in the shortest window.
 */
export function expectedOf(
  quotas: readonly RateWindow[],
  own: CallHistory,
  others: OthersCalls | null,
  peaks: readonly Peak[],
  share: number,
  nowMs: number,
): RateWindow[] {
  const [shortest] = [...quotas.entries()].toSorted(([, a], [, b]) => a.windowMs - b.windowMs);
  // As long as nothing is known of them they are taken to be busy.
  const busy = shortest ? (peaks[shortest[0]]?.counted ?? shortest[1].limit) / shortest[1].limit : 0;
  const part = Math.max(share, 1 - busy);
  return quotas.map(({ limit, windowMs }, i) => {
    const mine = countWithin(own, nowMs, windowMs);
    const left = Math.max(0, limit - mine - (others?.counted[i] ?? 0));
    // Whoever is ahead waits for the others, as long as they are hungry.
    const expected = Math.min(mine + CERTAIN * part * left, limit * part);
    return { limit: Math.max(1, Math.floor(expected)), windowMs };
  });
}
