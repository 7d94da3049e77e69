import type { CallObserver, CallRecord, CallTrace } from "../feishu/call.js";

/** Reason why a read made no call: a cached answer, or an equal read in flight. */
export type SavedBy = "cache" | "coalesced";

/** Calls that one operation made and saved at one endpoint. */
export interface EndpointCounts {
  /** Calls made that the estimate covers. */
  readonly calls: number;
  /**
   * Calls beyond the estimate: retries, halves of a rejected batch, pages beyond those that Feishu should have needed.
   */
  readonly extraCalls: number;
  /** Reads answered from the cache. */
  readonly cache: number;
  /** Reads that joined an equal read: one in flight of another operation, or one of this operation. */
  readonly coalesced: number;
}

/** Call statistics of one operation, by endpoint. */
export interface CallStats extends CallObserver {
  called(endpoint: string, isExtra: boolean): void;
  saved(endpoint: string, by: SavedBy): void;
  /** Sets the estimate: the most calls that the operation can cost. */
  setEstimate(calls: number): void;
  /** Returns the estimate; `null` before it is known. */
  estimate(): number | null;
  /** Start of the operation, in milliseconds on the clock of its calls. */
  readonly startedAtMs: number;
  /** Returns the finished calls, in the order in which they ended. */
  calls(): readonly CallRecord[];
  byEndpoint(): ReadonlyMap<string, EndpointCounts>;
}

type Counts = { -readonly [column in keyof EndpointCounts]: number };

/** Creates empty statistics; `trace` starts the trace of each call if the operation is traced. */
export function createCallStats(startedAtMs: number, trace?: (endpoint: string) => CallTrace): CallStats {
  const calls: CallRecord[] = [];
  const byEndpoint = new Map<string, Counts>();
  let estimate: number | null = null;
  const count = (endpoint: string, column: keyof EndpointCounts): void => {
    let counts = byEndpoint.get(endpoint);
    if (!counts) {
      counts = { calls: 0, extraCalls: 0, cache: 0, coalesced: 0 };
      byEndpoint.set(endpoint, counts);
    }
    counts[column] += 1;
  };
  return {
    called: (endpoint, isExtra) => count(endpoint, isExtra ? "extraCalls" : "calls"),
    saved: count,
    ended: (call) => void calls.push(call),
    ...(trace && { trace }),
    setEstimate(calls) {
      estimate = calls;
    },
    estimate: () => estimate,
    startedAtMs,
    calls: () => calls,
    byEndpoint: () => byEndpoint,
  };
}
