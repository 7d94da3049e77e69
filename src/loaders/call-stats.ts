import type { CallObserver, CallRecord, CallTrace } from "../feishu/call.js";

/** Reason why a read made no call: a cached answer, or an equal read in flight. */
export type SavedBy = "cache" | "coalesced";

/** Calls that one operation has spent and saved at one endpoint. */
export interface EndpointCounts {
  /** Calls made for it, as estimated. */
  readonly calls: number;
  /** Calls that no estimate foresees: retries, halves of a refused batch, pages beyond those that Feishu should have needed. */
  readonly extraCalls: number;
  /** Reads answered from the cache. */
  readonly cache: number;
  /** Reads that joined an equal one: of another operation in flight, or of this one. */
  readonly coalesced: number;
}

/** Counts the calls of one operation, by endpoint. */
export interface CallStats extends CallObserver {
  called(endpoint: string, isExtra: boolean): void;
  saved(endpoint: string, by: SavedBy): void;
  /** Sets the calls that the operation can cost at worst. */
  setEstimate(calls: number): void;
  /** The same; `null` before it is known. */
  estimate(): number | null;
  /** When the operation began, on the clock of its calls. */
  readonly startedAtMs: number;
  /** The calls that have ended, in that order. */
  calls(): readonly CallRecord[];
  byEndpoint(): ReadonlyMap<string, EndpointCounts>;
}

type Counts = { -readonly [column in keyof EndpointCounts]: number };

/** Nothing is counted yet; `trace` follows each call where the operation is traced. */
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
