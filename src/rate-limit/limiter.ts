import type { Clock } from "../core/clock.js";
import type { ArrivalEstimate } from "./arrival-estimate.js";
import { EndpointLimiter } from "./endpoint-limiter.js";
import type { AcquireContext, Permit } from "./permit.js";
import type { OpenShare } from "./quota-share.js";
import type { QuotaRemaining, RateWindow } from "./sliding-window.js";

/** Quotas by endpoint, keyed as `GET /open-apis/…/:id`. */
export type QuotasByEndpoint = ReadonlyMap<string, readonly RateWindow[]>;

/** Limiter that grants permits, each for one upstream call, so that no quota is exceeded. */
export interface Limiter {
  /** Returns a permit for one call of `endpoint` if no call waits and a slot is free; else `null`. */
  tryAcquire(endpoint: string, caller: string): Permit | null;
  /**
   * Resolves when one call of `endpoint` may start. Callers are served in turn, and each caller's calls in order.
   * A small part of the quota is reserved for light callers.
   * @throws {LimiterRejection} at once, when the call would miss its deadline or too many calls wait already.
   * @throws the signal's reason when it aborts first; the place in the queue is then free again.
   */
  acquire(endpoint: string, context: AcquireContext): Promise<Permit>;
  /**
   * Reports that the upstream has throttled a call of `endpoint`.
   * The upstream asks for a pause of `forMs` milliseconds, and may have named its limit.
   * All calls wait; then one probe goes first, and the others follow once it was let through.
   */
  throttled(endpoint: string, forMs: number, ceiling: number | null): void;
  /** Applies other quotas from now on; earlier calls still count. */
  setQuotas(quotas: QuotasByEndpoint): void;
  /** Returns the number of calls of `endpoint` that may start at once; `Infinity` without a quota. */
  available(endpoint: string): number;
  /** Returns the number of waiting calls of `endpoint`. */
  waiting(endpoint: string): number;
  /** Returns the remaining quota of `endpoint`; `null` without a quota. */
  remaining(endpoint: string): QuotaRemaining | null;
  /**
   * Returns the limit that the upstream named for `endpoint`, while it is lower than the configured one; else `null`.
   */
  ceiling(endpoint: string): number | null;
  /** Stops timers and returns shared slots. No call may be made afterwards. */
  close(): void;
}

/** Dependencies of a limiter. */
export interface LimiterParts {
  readonly clock: Clock;
  readonly quotas: QuotasByEndpoint;
  readonly arrival: ArrivalEstimate;
  /** Opens shares of quotas that replicas share. If omitted, this process uses the quotas alone. */
  readonly openShare?: OpenShare;
  /** Called when the upstream names a limit lower than the configured one. */
  readonly onCeiling?: (endpoint: string, limit: number) => void;
}

/** Creates the limiter of one tenant. An endpoint costs nothing before its first call. */
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
