import type { CallRecord } from "../feishu/call.js";
import type { Spared } from "./entity-cache.js";

/** What one operation has spent at one endpoint, and what it was spared. */
export interface LedgerLine {
  /** Calls made for it, as planned. */
  readonly calls: number;
  /** Calls that no plan foresees: retries, halves of a refused batch, pages beyond those that Feishu should have needed. */
  readonly extraCalls: number;
  /** Reads answered from what was held. */
  readonly cache: number;
  /** Reads that joined an equal one: of another operation under way, or of this one. */
  readonly coalesced: number;
}

/** The account of one operation, by endpoint. */
export interface Ledger {
  called(endpoint: string, isExtra: boolean): void;
  spared(endpoint: string, how: Spared): void;
  /** A call that was made for it has ended. */
  ended(call: CallRecord): void;
  /** What it could cost at worst has been found out. */
  predict(calls: number): void;
  /** The same; `null` before that. */
  predicted(): number | null;
  /** When it was opened, on the same clock as its calls. */
  readonly openedAtMs: number;
  /** The calls that have ended, in that order. */
  calls(): readonly CallRecord[];
  lines(): ReadonlyMap<string, LedgerLine>;
}

type Counts = { -readonly [column in keyof LedgerLine]: number };

/** An empty account. */
export function createLedger(openedAtMs: number): Ledger {
  const calls: CallRecord[] = [];
  let predicted: number | null = null;
  const lines = new Map<string, Counts>();
  const count = (endpoint: string, column: keyof LedgerLine): void => {
    const line = lines.get(endpoint) ?? { calls: 0, extraCalls: 0, cache: 0, coalesced: 0 };
    line[column] += 1;
    lines.set(endpoint, line);
  };
  return {
    called: (endpoint, isExtra) => count(endpoint, isExtra ? "extraCalls" : "calls"),
    spared: (endpoint, how) => count(endpoint, how),
    ended: (call) => void calls.push(call),
    predict: (count) => {
      predicted = count;
    },
    predicted: () => predicted,
    openedAtMs,
    calls: () => calls,
    lines: () => lines,
  };
}
