import type { CallStats, EndpointCounts } from "../../loaders/index.js";
import type { PlanStep } from "./estimate.js";

/** What is left of an endpoint's quota. */
export interface Throttle {
  readonly endpoint: string;
  /** Calls that may start now. */
  readonly remaining: number;
  /** Milliseconds until nothing of now counts any more in the window that has the least left. */
  readonly resetMs: number;
}

/** Counts of calls. */
interface Counts {
  /** The most that the operation could have cost. */
  readonly requested: number;
  /** What was called for it, as planned: never more than `requested`. */
  readonly actual: number;
  /** What was called beside: retries, halves of a refused batch, pages that Feishu should not have needed. */
  readonly extra: number;
  /** Reads that cost nothing. */
  readonly saved: {
    /** For the answer was held. */
    readonly cache: number;
    /** For an equal read was under way, in this operation or another. */
    readonly coalesced: number;
  };
}

/** What an operation has cost in calls of Feishu's: `extensions.cost`. */
export interface CostReport extends Counts {
  readonly endpoints: readonly (Counts & { readonly endpoint: string })[];
  /** Of the endpoints used, the one that has the least left; `null` when none has a quota. */
  readonly throttle: Throttle | null;
}

/** What an operation would cost: `extensions.plan`. */
export interface Plan {
  readonly requested: number;
  /** What it may cost at most. */
  readonly limit: number;
  readonly steps: readonly PlanStep[];
}

/** All the calls of a plan. */
export const totalOf = (steps: readonly PlanStep[]): number => steps.reduce((sum, { calls }) => sum + calls, 0);

/** Sets what was paid beside what was foreseen. */
export function reportCost(
  steps: readonly PlanStep[],
  lines: ReadonlyMap<string, EndpointCounts>,
  remainingOf: (endpoint: string) => Omit<Throttle, "endpoint"> | null,
): CostReport {
  const names = [...new Set([...steps.map(({ endpoint }) => endpoint), ...lines.keys()])];
  const endpoints = names.map((endpoint) => {
    const { calls = 0, extraCalls = 0, cache = 0, coalesced = 0 } = lines.get(endpoint) ?? {};
    const requested = totalOf(steps.filter((step) => step.endpoint === endpoint));
    return { endpoint, requested, actual: calls, extra: extraCalls, saved: { cache, coalesced } };
  });
  const sum = (count: (counts: Counts) => number): number => endpoints.reduce((total, line) => total + count(line), 0);
  const [throttle = null] = names
    .flatMap((endpoint) => {
      const left = remainingOf(endpoint);
      return left ? [{ endpoint, ...left, resetMs: Math.ceil(left.resetMs) }] : [];
    })
    .toSorted((a, b) => a.remaining - b.remaining);
  return {
    requested: sum(({ requested }) => requested),
    actual: sum(({ actual }) => actual),
    extra: sum(({ extra }) => extra),
    saved: { cache: sum(({ saved }) => saved.cache), coalesced: sum(({ saved }) => saved.coalesced) },
    endpoints,
    throttle,
  };
}

/** One call that was made for an operation: `extensions.explain.calls`. Times are in milliseconds. */
export interface ExplainedCall {
  readonly endpoint: string;
  /** From the operation's begin to when the call began to wait for its turn. */
  readonly atMs: number;
  /** How long it waited for its turn in the budget. */
  readonly waitMs: number;
  /** How long Feishu took. */
  readonly tookMs: number;
  /** `null` where there was no answer. */
  readonly httpStatus: number | null;
  readonly code: number | null;
  /** Feishu's own id of the call. */
  readonly logId: string | null;
  /** A retry, or another call that no plan foresees. */
  readonly isExtra: boolean;
}

/** The calls of an operation in the order of their begin. A call that was joined is told to who made it alone. */
export function explainedCalls(callStats: CallStats): readonly ExplainedCall[] {
  const tenths = (ms: number): number => Math.round(ms * 10) / 10;
  const explained = callStats.calls().map(({ endpoint, queuedAtMs, startedAtMs, endedAtMs, answer, isExtra }) => ({
    endpoint,
    atMs: tenths(queuedAtMs - callStats.startedAtMs),
    waitMs: tenths(startedAtMs - queuedAtMs),
    tookMs: tenths(endedAtMs - startedAtMs),
    httpStatus: answer?.httpStatus ?? null,
    code: answer?.code ?? null,
    logId: answer?.logId ?? null,
    isExtra,
  }));
  return explained.toSorted((a, b) => a.atMs - b.atMs);
}
