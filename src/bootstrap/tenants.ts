import type { Caller } from "../authz/viewer.js";
import type { AppConfig } from "../config/config.js";
import type { Clock } from "../core/clock.js";
import { createLiveLists, type LiveLists } from "../live/live-lists.js";
import type { Cache } from "../loaders/cache.js";
import { type CachedReads, createCachedReads } from "../loaders/cached-reads.js";
import type { EndpointState } from "../observability/metrics.js";
import { tenantId } from "./access-tokens.js";
import type { TenantUpstream, Upstream } from "./upstream.js";

/** State that only one tenant's requests share: token, quotas, circuit breakers, cached reads and live lists. */
export interface Tenant extends TenantUpstream {
  /** Its name in keys, cursors and logs. */
  readonly id: string;
  readonly reads: CachedReads;
  readonly live: LiveLists;
}

/** Tenants of this process: one, or a store app's customers. */
export interface Tenants {
  /** Returns the tenant of a caller, which comes from the verified credentials only. */
  of(caller: Caller): Tenant;
  /** Open tenants. */
  open(): readonly Tenant[];
  close(): void;
}

/** Dependencies of all tenants. */
export interface TenantsParts {
  readonly config: AppConfig;
  readonly clock: Clock;
  readonly upstream: Upstream;
  readonly cache: Cache;
  /** Called when a polled list has changed. */
  onChange(): void;
}

interface OpenTenant {
  readonly tenant: Tenant;
  usedAtMs: number;
}

/** Opens each tenant at its first request; closes idle tenants of a store app. */
export function createTenants({ config, clock, upstream, cache, onChange }: TenantsParts): Tenants {
  const { credentials, ttl, appType, tenantIdleMs } = config;
  const byKey = new Map<string | null, OpenTenant>();
  const closed = new AbortController();
  let isClosingIdle = false;
  const openTenant = (key: string | null): Tenant => {
    const id = tenantId(credentials.appId, key);
    const tenant = upstream.openTenant(key);
    const { send, limiter, background } = tenant;
    const reads = createCachedReads({
      send,
      cache,
      tenant: id,
      ttl,
      available: limiter.available,
      onTaskPage: (kind, filter, token) => (kind === "examMarkingTasks" ? live.observePage(filter, token) : () => {}),
    });
    const settings = { ...config.live, deadlineMs: config.deadlineMs };
    const live = createLiveLists({ clock, reads, background, settings, onChange });
    return { ...tenant, id, reads, live };
  };
  const closeIdle = (): void => {
    for (const [key, { tenant, usedAtMs }] of byKey) {
      if (clock.now() - usedAtMs < tenantIdleMs || tenant.live.hasSubscribers()) continue;
      byKey.delete(key);
      tenant.live.close();
      tenant.close();
    }
  };
  /** Runs while any tenant is open. */
  const closeIdleTenants = async (): Promise<void> => {
    isClosingIdle = true;
    while (byKey.size > 0) {
      await clock.sleep(tenantIdleMs, closed.signal);
      closeIdle();
    }
    isClosingIdle = false;
  };
  return {
    of(caller) {
      const key = appType === "store" ? (caller?.tenant ?? null) : null;
      const known = byKey.get(key) ?? { tenant: openTenant(key), usedAtMs: 0 };
      known.usedAtMs = clock.now();
      byKey.set(key, known);
      const isClosed = (): void => {};
      if (key !== null && !isClosingIdle) closeIdleTenants().catch(isClosed);
      return known.tenant;
    },
    open: () => [...byKey.values()].map(({ tenant }) => tenant),
    close() {
      closed.abort();
      for (const { tenant } of byKey.values()) tenant.live.close();
    },
  };
}

/** Returns the state of an endpoint over all tenants. */
export function stateOf(tenants: readonly Tenant[], endpoint: string): EndpointState {
  const states = tenants.map(({ breakerState }) => breakerState(endpoint));
  return {
    remaining: leastOf(tenants.map(({ limiter }) => limiter.remaining(endpoint)?.remaining ?? null)),
    waiting: tenants.reduce((sum, { limiter }) => sum + limiter.waiting(endpoint), 0),
    ceiling: leastOf(tenants.map(({ limiter }) => limiter.ceiling(endpoint))),
    breaker: (["open", "half-open"] as const).find((state) => states.includes(state)) ?? "closed",
  };
}

function leastOf(numbers: readonly (number | null)[]): number | null {
  const known = numbers.filter((number) => number !== null);
  return known.length > 0 ? Math.min(...known) : null;
}
