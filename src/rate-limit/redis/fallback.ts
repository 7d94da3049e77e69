import type { RateWindow } from "../sliding-window.js";

/** State of a quota at the last answer from Redis. */
export interface LastKnown {
  /** The limits in force here, one a window. */
  readonly own: readonly number[];
  /** Slots that the other replicas held. */
  readonly held: readonly number[];
  readonly atMs: number;
}

/**
 * The limits that a replica keeps to without Redis: its share of each window. Where one replica held more than its share, it gives
 * the rest up as gradually as it would have to with Redis, and the others take as much, so that together they keep the quota.
 */
export function fallbackLimits(
  quota: readonly RateWindow[],
  share: number,
  known: LastKnown | null,
  nowMs: number,
): number[] {
  return quota.map(({ limit, windowMs }, i) => {
    const remembered = known ? Math.exp((known.atMs - nowMs) / (2 * windowMs)) : 0;
    const own = Math.max(limit * share, (known?.own[i] ?? 0) * remembered);
    const calls = Math.min(own, limit - (known?.held[i] ?? 0) * remembered);
    return calls < 1 ? oneInTurn(calls, windowMs, nowMs) : calls;
  });
}

/** Less than one call a window is one call in some of the windows. */
function oneInTurn(calls: number, windowMs: number, nowMs: number): number {
  const turn = Math.floor(nowMs / windowMs);
  return Math.floor((turn + 1) * calls) > Math.floor(turn * calls) ? 1 : 0;
}
