import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { FastifyBaseLogger } from "fastify";
import type { Redis } from "ioredis";
import type { AppConfig } from "../config/config.js";
import type { Clock } from "../core/clock.js";
import { type Quotas, quotasByEndpoint } from "../feishu/endpoints.js";
import { type ArrivalEstimate, createArrivalEstimate } from "../rate-limit/arrival-estimate.js";
import { type BackgroundLimiter, createBackgroundLimiter } from "../rate-limit/background.js";
import { createLimiter, type Limiter, type QuotasByEndpoint } from "../rate-limit/limiter.js";
import { CLOCK_MARGIN_MS } from "../rate-limit/quota.js";
import { createFleet, type Fleet } from "../rate-limit/redis/fleet.js";
import { openFleetStore } from "../rate-limit/redis/store.js";

/** The limiters of one tenant. */
export interface TenantLimits {
  readonly limiter: Limiter;
  /** Limiter of background calls. */
  readonly background: BackgroundLimiter;
  close(): void;
}

/** Rate limiting of this process, for all of its tenants. */
export interface RateLimits {
  readonly arrival: ArrivalEstimate;
  openTenant(tenant: string): TenantLimits;
  /** Replaces the quotas of open and future tenants. */
  setQuotas(overrides: Quotas): void;
  /** True while the quotas are shared with the other replicas; `null` without Redis. */
  isShared(): boolean | null;
  close(): Promise<void>;
}

/** Dependencies of all limiters. */
export interface RateLimitsParts {
  readonly config: AppConfig;
  readonly clock: Clock;
  readonly log: FastifyBaseLogger;
  /** Connection through which replicas share quotas; `null` without Redis. */
  readonly redis: Redis | null;
}

/** Opens the limiters of this process; joins its fleet where there is Redis. */
export async function openRateLimits({ config, clock, log, redis }: RateLimitsParts): Promise<RateLimits> {
  let quotas = readQuotas(config.quotas, log);
  const open = new Set<Pick<Limiter, "setQuotas">>();
  const arrival = createArrivalEstimate(
    () => clock.now(),
    ({ marginMs }) => log.warn({ marginMs }, "Throttled within the quota; counting calls until their end for a minute"),
  );
  const longestWindowMs = (): number =>
    Math.max(0, ...[...quotas.values()].flat().map(({ windowMs }) => windowMs)) + CLOCK_MARGIN_MS;
  const fleet = redis && joinFleet({ config, clock, log, redis, longestWindowMs });
  redis?.on("close", () => fleet?.disconnected());
  await fleet?.start();
  return {
    arrival,
    openTenant(tenant) {
      const limiter = createLimiter({
        clock,
        quotas,
        arrival,
        ...(fleet && { openShare: fleet.openShares(tenant) }),
        onCeiling: (endpoint, limit) => log.warn({ tenant, endpoint, limit }, "Limit lowered by Feishu"),
      });
      const replicas = () => fleet?.state().replicas ?? 1;
      const background = createBackgroundLimiter({ clock, quotas, arrival }, config.liveShare, replicas);
      open.add(limiter).add(background);
      return {
        limiter,
        background,
        close() {
          limiter.close();
          background.close();
          open.delete(limiter);
          open.delete(background);
        },
      };
    },
    setQuotas(overrides) {
      quotas = readQuotas(overrides, log);
      for (const limiter of open) limiter.setQuotas(quotas);
    },
    isShared: () => fleet?.state().isShared ?? null,
    close: async () => fleet?.close(),
  };
}

function readQuotas(overrides: Quotas, log: FastifyBaseLogger): QuotasByEndpoint {
  const { quotas, unknown } = quotasByEndpoint(overrides);
  if (unknown.length > 0) log.warn({ unknown }, "Quotas configured for endpoints that are never called");
  return quotas;
}

function joinFleet({
  config,
  clock,
  log,
  redis,
  longestWindowMs,
}: RateLimitsParts & { readonly redis: Redis; readonly longestWindowMs: () => number }): Fleet {
  const { appId } = config.credentials;
  const store = openFleetStore({ redis, appId, replica: `${hostname()}:${randomUUID()}`, longestWindowMs });
  return createFleet({
    store,
    clock,
    fallbackShare: config.fallbackShare,
    onChange({ isShared, replicas, cause }) {
      if (isShared) log.info({ replicas }, "Quota sharing through Redis started");
      else log.warn({ replicas, cause: String(cause) }, "Redis unavailable; keeping to this replica's share");
    },
  });
}
