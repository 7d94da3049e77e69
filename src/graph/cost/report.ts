import type { CallStats, EndpointCounts } from "../../loaders/index.js";
import type { PlanStep } from "./endpoint-prices.js";

/** Remaining quota of an endpoint. */
export interface Throttle {
  readonly endpoint: string;
  /** Calls that may start now. */
  readonly remaining: number;
  /** Milliseconds until all calls counted now have left the window with the least remaining. */
  readonly resetMs: number;
}

/** Call counts. */
interface Counts {
  /** Estimate: the most calls that the operation could have made. */
  readonly requested: number;
  /** Calls made as planned: never more than `requested`. */
  readonly actual: number;
  /** Calls outside the plan: retries, halves of a refused batch, pages that Feishu should not have needed. */
  readonly extra: number;
  /** Reads that made no call. */
  readonly saved: {
    /** Reads answered from the cache. */
    readonly cache: number;
    /** Reads that joined an equal read in flight, of this operation or another. */
    readonly coalesced: number;
  };
}

/** Cost of an operation in Feishu calls: `extensions.cost`. */
export interface CostReport extends Counts {
  readonly endpoints: readonly (Counts & { readonly endpoint: string })[];
  /** Endpoint of this operation with the least remaining quota; `null` if none has a quota. */
  readonly throttle: Throttle | null;
}

/** Estimated cost of an operation: `extensions.plan`. */
export interface Plan {
  readonly requested: number;
  /** Maximum cost allowed. */
  readonly limit: number;
  readonly steps: readonly PlanStep[];
}

/** Returns the total calls of a plan. */
export const totalOf = (steps: readonly PlanStep[]): number => steps.reduce((sum, { calls }) => sum + calls, 0);

/** Reports the estimated, actual and saved calls, by endpoint and in total. */
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

/** One call that an operation made: `extensions.explain.calls`. Times are in milliseconds. */
export interface ExplainedCall {
  readonly endpoint: string;
  /** Time from the start of the operation until the call was queued. */
  readonly atMs: number;
  /** Time that the call waited for the rate limiter. */
  readonly waitMs: number;
  /** Time that Feishu took. */
  readonly tookMs: number;
  /** HTTP status; `null` without a response. */
  readonly httpStatus: number | null;
  readonly code: number | null;
  /** Feishu's id of the call. */
  readonly logId: string | null;
  /** True for a retry or any other call outside the plan. */
  readonly isExtra: boolean;
}

/**
 * Returns the calls of an operation in the order in which they were queued. A coalesced call is reported only to the
 * operation that made it.
 */
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
