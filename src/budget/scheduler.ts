import type { Clock } from "../clock.js";
import { keptWindows, type OpenPool, openLocalPool } from "./allowance.js";
import { Bucket, type CallTerms, type Permit, type Waiting } from "./bucket.js";
import type { QuotaLeft, RateWindow } from "./windows.js";

/** Hands out the right to make one upstream call at a time, so that no quota is exceeded. */
export interface Scheduler {
  /** The right to make one call of `endpoint` now, where nobody waits and there is room; else `null`. */
  tryAcquire(endpoint: string, caller: string): Permit | null;
  /**
   * Resolves when one call of `endpoint` may start. Callers are served in turn, each in its own order; those who have asked
   * for little lately find a small part of the quota kept for them.
   * @throws {BudgetRefusal} at once, when the call could not be answered before its deadline, or too many wait already.
   * @throws the signal's reason when it aborts first; the place in the queue is then free again.
   */
  acquire(endpoint: string, terms: CallTerms): Promise<Permit>;
  /**
   * The upstream has said that it had too many calls of `endpoint`, wants to be left alone for `forMs` milliseconds, and may
   * have named the limit that it keeps. Everybody waits; then one call goes ahead, and the others when it was let through.
   */
  throttled(endpoint: string, forMs: number, ceiling: number | null): void;
  /** Other quotas are kept to from now on; what has been called still counts. */
  setQuotas(quotas: ReadonlyMap<string, readonly RateWindow[]>): void;
  /** How many calls of `endpoint` may start at once; `Infinity` without a quota. */
  room(endpoint: string): number;
  /** How many calls of `endpoint` wait. */
  waiting(endpoint: string): number;
  /** What is left of `endpoint`'s quota; `null` without one. */
  left(endpoint: string): QuotaLeft | null;
}

/** Opens the pools of one endpoint; `bucket` wants to be told when more may start, and tells how many wait. */
export type OpenPools = (endpoint: string, bucket: { advance(): void; waiting(): Waiting }) => OpenPool;

/**
 * A scheduler for one tenant. `initialQuotas` are keyed as `GET /open-apis/…/:id`; this process fills its pools by itself unless
 * `openPools` has them filled elsewhere.
 */
export function createScheduler(
  clock: Clock,
  initialQuotas: ReadonlyMap<string, readonly RateWindow[]>,
  openPools?: OpenPools,
): Scheduler {
  let quotas = initialQuotas;
  const buckets = new Map<string, Bucket>();
  const bucketOf = (endpoint: string): Bucket => {
    const known = buckets.get(endpoint);
    if (known) return known;
    const windows = keptWindows(quotas.get(endpoint) ?? []);
    const bucket = new Bucket(
      clock,
      windows,
      (itself) => openPools?.(endpoint, itself) ?? openLocalPool(() => clock.now()),
    );
    buckets.set(endpoint, bucket);
    return bucket;
  };
  // A shared pool has to know what others have called before it is first asked for.
  if (openPools) for (const endpoint of quotas.keys()) bucketOf(endpoint);
  return {
    tryAcquire: (endpoint, caller) => bucketOf(endpoint).tryAcquire(caller),
    acquire: (endpoint, terms) => bucketOf(endpoint).acquire(terms),
    throttled: (endpoint, forMs, ceiling) => bucketOf(endpoint).throttled(forMs, ceiling),
    setQuotas(changed) {
      quotas = changed;
      for (const [endpoint, bucket] of buckets) bucket.resize(keptWindows(quotas.get(endpoint) ?? []));
    },
    room: (endpoint) => bucketOf(endpoint).room(),
    waiting: (endpoint) => bucketOf(endpoint).waiting(),
    left: (endpoint) => bucketOf(endpoint).left(),
  };
}
