import type { Caller } from "./authz/viewer.js";
import type { Clock } from "./clock.js";
import type { AppConfig } from "./config.js";
import { createLiveLists, type LiveLists } from "./live/live-lists.js";
import type { EntityCache } from "./loaders/entity-cache.js";
import { createSharedReads, type SharedReads } from "./loaders/shared-reads.js";
import type { EndpointState } from "./observability/metrics.js";
import { type TenantUpstream, tenantId, type Upstream } from "./upstream.js";

/** What one tenant's requests share, and no other's: token, quotas, breakers, and all that is held under its name. */
export interface Tenant extends TenantUpstream {
  /** Its name in keys, cursors and logs. */
  readonly id: string;
  readonly reads: SharedReads;
  readonly live: LiveLists;
}

/** The tenants that this process acts for: one, or a store app's customers as they come. */
export interface Tenants {
  /**
   * The tenant that a caller has signed in to. It stands in what was verified of them, and nowhere else.
   * @throws {UpstreamError} when it cannot be opened.
   */
  of(caller: Caller): Promise<Tenant>;
  /** Those that are open. */
  open(): readonly Tenant[];
}

/** What tenants are made of. */
export interface TenantsParts {
  readonly config: AppConfig;
  readonly clock: Clock;
  readonly upstream: Upstream;
  readonly cache: EntityCache;
  /** A list that is watched has changed. */
  onNews(): void;
}

/** No tenant is open yet; each is opened once. */
export function createTenants({ config, clock, upstream, cache, onNews }: TenantsParts): Tenants {
  const { credentials, ttl, appType } = config;
  const opened: Tenant[] = [];
  const byKey = new Map<string | null, Promise<Tenant>>();
  const openTenant = async (key: string | null): Promise<Tenant> => {
    const id = tenantId(credentials.appId, key);
    const tenant = await upstream.openTenant(key);
    const { send, scheduler, pace } = tenant;
    const reads = createSharedReads({
      send,
      cache,
      tenant: id,
      ttl,
      room: scheduler.room,
      onTaskPage: (kind, filter, token) => (kind === "examMarkingTasks" ? live.asked(filter, token) : () => {}),
    });
    const settings = { ...config.live, deadlineMs: config.deadlineMs };
    const live = createLiveLists({ clock, reads, pace, settings, onNews });
    const known = { ...tenant, id, reads, live };
    opened.push(known);
    return known;
  };
  return {
    of(caller) {
      const key = appType === "store" ? (caller?.tenant ?? null) : null;
      const known = byKey.get(key);
      if (known) return known;
      const opening = openTenant(key);
      byKey.set(key, opening);
      // One that could not be opened is tried again.
      opening.catch(() => byKey.delete(key));
      return opening;
    },
    open: () => opened,
  };
}

/** An endpoint in all tenants together. */
export function stateOf(tenants: readonly Tenant[], endpoint: string): EndpointState {
  const states = tenants.map(({ breakerState }) => breakerState(endpoint));
  const lefts = tenants.flatMap(({ scheduler }) => scheduler.left(endpoint)?.remaining ?? []);
  return {
    left: lefts.length > 0 ? Math.min(...lefts) : null,
    waiting: tenants.reduce((sum, { scheduler }) => sum + scheduler.waiting(endpoint), 0),
    breaker: (["open", "half-open"] as const).find((state) => states.includes(state)) ?? "closed",
  };
}
