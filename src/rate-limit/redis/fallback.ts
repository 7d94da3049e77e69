import type { RateWindow } from "../sliding-window.js";

/** State of a quota at the last response from Redis. */
export interface LastKnown {
  /** Limits in force here, one per window. */
  readonly own: readonly number[];
  /** Slots that the other replicas held. */
  readonly held: readonly number[];
  readonly atMs: number;
}

/**
 * Returns the limits that a replica keeps to without Redis: its share of each window.
 * A replica that held more than its share gives up the rest as gradually as it would with Redis.
 * The others take over as much, so that together they keep the quota.
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

/** Returns 1 in some of the windows and 0 in the others, for less than one call per window. */
function oneInTurn(calls: number, windowMs: number, nowMs: number): number {
  const turn = Math.floor(nowMs / windowMs);
  return Math.floor((turn + 1) * calls) > Math.floor(turn * calls) ? 1 : 0;
}
