import type { FastifyBaseLogger } from "fastify";
import type { Redis } from "ioredis";
import type { AppConfig } from "../config/config.js";
import { neverCancelled } from "../core/cancellation.js";
import type { Clock } from "../core/clock.js";
import type { Secret } from "../core/secret.js";
import type { AppTickets } from "../feishu/auth/app-ticket.js";
import type { OAuthClient } from "../feishu/authen/oauth.js";
import { getUserInfo, type UserInfo } from "../feishu/authen/user-info.js";
import type { CallObserver } from "../feishu/call.js";
import { createFeishuClient, type FeishuClient } from "../feishu/client.js";
import type { Quotas } from "../feishu/endpoints.js";
import { createTransport } from "../feishu/http/transport.js";
import { createAccessTokens, noAccessToken, tenantId } from "./access-tokens.js";
import { openRateLimits, type RateLimits, type TenantLimits } from "./rate-limits.js";

/** Feishu in one tenant: a client with its token, quotas and circuit breakers. */
export interface TenantUpstream extends FeishuClient, TenantLimits {
  /** True if Feishu has refused the app in this tenant lately; makes no call. */
  isRefused(): boolean;
  /** True while quotas are shared with other replicas; `null` without Redis. */
  isShared(): boolean | null;
}

/** Feishu, in all tenants of the app. */
export interface Upstream {
  /** Opens a tenant: the app's own with `null`, and a store app's customer by its key. */
  openTenant(tenantKey: string | null): TenantUpstream;
  /** Estimate of when calls arrive. */
  readonly arrival: RateLimits["arrival"];
  /** Applies other quotas, to tenants opened later too. */
  setQuotas(overrides: Quotas): void;
  /** The connection that replicas share; `null` without one. */
  readonly redis: Redis | null;
  /** A store app's tickets; `null` for a self-built app. */
  readonly tickets: AppTickets | null;
  /** Returns the user of a user_access_token; `null` for a token without one. Callers, named by `from`, are served in turn. */
  identify(token: Secret, from: string): Promise<UserInfo | null>;
  /** Opens a client of Feishu's authorization server. Its module is loaded on demand. */
  openOAuth(accountsUrl: string): Promise<OAuthClient>;
  close(): Promise<void>;
}

/** Dependencies of every call, whatever its tenant. */
export interface UpstreamParts {
  readonly config: AppConfig;
  readonly clock: Clock;
  readonly log: FastifyBaseLogger;
  readonly observer?: CallObserver;
}

/** Opens the connections to Feishu and, where configured, to Redis, through which replicas share quotas and tokens. */
export async function openUpstream({ config, clock, log, observer }: UpstreamParts): Promise<Upstream> {
  const redis = await connectRedis(config);
  const rateLimits = await openRateLimits({ config, clock, log, redis });
  const { arrival } = rateLimits;
  const { baseUrl, proxy, timeoutMs, credentials, appType } = config;
  const transport = createTransport({ baseUrl, proxy, clock, timeoutMs, onConnected: arrival.recordRoundTrip });
  const tokens = createAccessTokens({ config, clock, transport, redis });
  const client = { transport, clock, ...(observer && { observer }) };

  const openTenant = (tenantKey: string | null): TenantUpstream => {
    const accessToken = tokens.open(tenantKey);
    const limits = rateLimits.openTenant(tenantId(credentials.appId, tenantKey));
    return {
      ...createFeishuClient({ ...client, accessToken, limiter: limits.limiter }),
      ...limits,
      isRefused: accessToken.isRefused,
      isShared: rateLimits.isShared,
    };
  };
  const own = appType === "self_built" ? openTenant(null) : null;
  /** Opens a client for sign-in of store apps: with users' tokens only, and limits of its own. */
  const openSignIn = (): FeishuClient => {
    const { limiter } = rateLimits.openTenant(`${credentials.appId}:sign-in`);
    return createFeishuClient({ ...client, accessToken: noAccessToken(clock), limiter });
  };
  const { send } = own ?? openSignIn();
  return {
    openTenant: (tenantKey) => (tenantKey === null && own ? own : openTenant(tenantKey)),
    arrival,
    setQuotas: rateLimits.setQuotas,
    redis,
    tickets: tokens.tickets,
    // All callers with this token share the response, so that no single caller may cancel it; the attempt's timeout bounds it.
    identify(token, from) {
      const context = {
        caller: `sign-in ${from}`,
        deadlineMs: clock.now() + config.deadlineMs,
        signal: neverCancelled,
      };
      return getUserInfo(send, token, context);
    },
    async openOAuth(accountsUrl) {
      const { createOAuthClient } = await import("../feishu/authen/oauth.js");
      return createOAuthClient({ transport, clock, accountsUrl, credentials });
    },
    async close() {
      await rateLimits.close();
      redis?.disconnect();
      await transport.close();
    },
  };
}

/** Connects to Redis where it is configured. Its module is loaded on demand, because it delays the first response. */
async function connectRedis({ redisUrl }: AppConfig): Promise<Redis | null> {
  if (!redisUrl) return null;
  const redis = (await import("./redis.js")).openRedis(redisUrl);
  const reportedByTheFleet = (): void => {};
  await redis.connect().catch(reportedByTheFleet);
  return redis;
}
