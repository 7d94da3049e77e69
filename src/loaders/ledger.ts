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
  lines(): ReadonlyMap<string, LedgerLine>;
}

const EMPTY: LedgerLine = { calls: 0, extraCalls: 0, cache: 0, coalesced: 0 };

/** An empty account. */
export function createLedger(): Ledger {
  const lines = new Map<string, LedgerLine>();
  const count = (endpoint: string, column: keyof LedgerLine): void => {
    const line = lines.get(endpoint) ?? EMPTY;
    lines.set(endpoint, { ...line, [column]: line[column] + 1 });
  };
  return {
    called: (endpoint, isExtra) => count(endpoint, isExtra ? "extraCalls" : "calls"),
    spared: (endpoint, how) => count(endpoint, how),
    lines: () => lines,
  };
}
