import type { Clock } from "../core/clock.js";
import type { ArrivalEstimate } from "./arrival-estimate.js";
import { EndpointLimiter } from "./endpoint-limiter.js";
import type { AcquireContext, Permit } from "./permit.js";
import type { OpenShare } from "./quota-share.js";
import type { QuotaRemaining, RateWindow } from "./sliding-window.js";

/** Quotas by endpoint, keyed as `GET /open-apis/…/:id`. */
export type QuotasByEndpoint = ReadonlyMap<string, readonly RateWindow[]>;

/** Hands out the right to make one upstream call at a time, so that no quota is exceeded. */
export interface Limiter {
  /** The right to make one call of `endpoint` now, where nobody waits and a slot is free; else `null`. */
  tryAcquire(endpoint: string, caller: string): Permit | null;
  /**
   * Resolves when one call of `endpoint` may start. Callers are served in turn, each in its own order; a small part of the
   * quota is kept for callers that ask for little.
   * @throws {LimiterRejection} at once, when the call could not be answered before its deadline, or too many wait already.
   * @throws the signal's reason when it aborts first; the place in the queue is then free again.
   */
  acquire(endpoint: string, context: AcquireContext): Promise<Permit>;
  /**
   * The upstream has refused a call of `endpoint` as one too many, asks for a pause of `forMs` milliseconds, and may have named its
   * limit. All calls wait; then one goes ahead, and the others when it was let through.
   */
  throttled(endpoint: string, forMs: number, ceiling: number | null): void;
  /** Other quotas apply from now on; calls made so far still count. */
  setQuotas(quotas: QuotasByEndpoint): void;
  /** Number of calls of `endpoint` that may start at once; `Infinity` without a quota. */
  available(endpoint: string): number;
  /** Number of calls of `endpoint` that wait. */
  waiting(endpoint: string): number;
  /** Remaining quota of `endpoint`; `null` without a quota. */
  remaining(endpoint: string): QuotaRemaining | null;
  /** The limit that the upstream has named for `endpoint`, while it is lower than the configured one. */
  ceiling(endpoint: string): number | null;
  /** Ends timers and gives back what is shared. No call may be made any more. */
  close(): void;
}

/** Dependencies of a limiter. */
export interface LimiterParts {
  readonly clock: Clock;
  readonly quotas: QuotasByEndpoint;
  readonly arrival: ArrivalEstimate;
  /** Where replicas share the quotas; this process has them alone when left out. */
  readonly openShare?: OpenShare;
  /** The upstream has named a limit that is lower than the configured one. */
  readonly onCeiling?: (endpoint: string, limit: number) => void;
}

/** A limiter for one tenant. An endpoint costs nothing before its first call. */
export function createLimiter(parts: LimiterParts): Limiter {
  const { clock, arrival, openShare = null, onCeiling = () => {} } = parts;
  let { quotas } = parts;
  const limiters = new Map<string, EndpointLimiter>();
  const limiterOf = (endpoint: string): EndpointLimiter => {
    const known = limiters.get(endpoint);
    if (known) return known;
    const windows = quotas.get(endpoint) ?? [];
    const limiter = new EndpointLimiter({ endpoint, windows, clock, arrival, openShare, onCeiling });
    limiters.set(endpoint, limiter);
    return limiter;
  };
  return {
    tryAcquire: (endpoint, caller) => limiterOf(endpoint).tryAcquire(caller),
    acquire: (endpoint, context) => limiterOf(endpoint).acquire(context),
    throttled: (endpoint, forMs, ceiling) => limiterOf(endpoint).throttled(forMs, ceiling),
    setQuotas(changed) {
      quotas = changed;
      for (const [endpoint, limiter] of limiters) limiter.resize(quotas.get(endpoint) ?? []);
    },
    available: (endpoint) => limiterOf(endpoint).available(),
    waiting: (endpoint) => limiters.get(endpoint)?.waiting ?? 0,
    remaining: (endpoint) => limiterOf(endpoint).remaining(),
    ceiling: (endpoint) => limiters.get(endpoint)?.ceiling() ?? null,
    close() {
      for (const limiter of limiters.values()) limiter.close();
    },
  };
}
