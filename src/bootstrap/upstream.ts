import type { FastifyBaseLogger } from "fastify";
import type { Redis } from "ioredis";
import type { AppConfig } from "../config/config.js";
import { neverCancelled } from "../core/cancellation.js";
import type { Clock } from "../core/clock.js";
import type { Secret } from "../core/secret.js";
import { createAccessToken, type RequestToken, selfBuiltToken } from "../feishu/auth/access-token.js";
import { type AppTickets, createAppTickets } from "../feishu/auth/app-ticket.js";
import { createStoreApp } from "../feishu/auth/store-app.js";
import { createTicketStore, createTokenStore, noTicketStore, noTokenStore } from "../feishu/auth/token-store.js";
import { getUserInfo, type UserInfo } from "../feishu/authen/user-info.js";
import type { CallObserver } from "../feishu/call.js";
import { createFeishuClient, type FeishuClient } from "../feishu/client.js";
import type { Quotas } from "../feishu/endpoints.js";
import { createTransport } from "../feishu/http/transport.js";
import { openRateLimits, type RateLimits, type TenantLimits } from "./rate-limits.js";

/** Feishu, as the app sees it in one tenant: a token, quotas and breakers of its own. */
export interface TenantUpstream extends FeishuClient, TenantLimits {
  /** Whether Feishu has refused the app in this tenant lately; asks nobody. */
  isRefused(): boolean;
  /** Whether quotas are shared with other replicas just now; `null` where there is no Redis. */
  isShared(): boolean | null;
}

/** Feishu, as the rest of the service sees it. */
export interface Upstream {
  /** Opens a tenant; the app's own with `null`, and a store app's customers by their keys. */
  openTenant(tenantKey: string | null): TenantUpstream;
  /** Learns when calls arrive. */
  readonly arrival: RateLimits["arrival"];
  /** Other quotas are kept to from now on, by tenants that are opened later too. */
  setQuotas(overrides: Quotas): void;
  /** The connection that replicas share, where there is one. */
  readonly redis: Redis | null;
  /** What a store app's tokens begin with; `null` for a self-built app. */
  readonly tickets: AppTickets | null;
  /** Whose a user_access_token is; `null` when it is nobody's. `from` is who brings it: they are served in turn. */
  identify(token: Secret, from: string): Promise<UserInfo | null>;
  close(): Promise<void>;
}

/** What goes with every call, of whatever tenant. */
export interface UpstreamParts {
  readonly config: AppConfig;
  readonly clock: Clock;
  readonly log: FastifyBaseLogger;
  readonly observer?: CallObserver;
}

/** The name of a tenant in keys: tenants of one app never share one, and neither do apps. */
export const tenantId = (appId: string, tenantKey: string | null): string =>
  tenantKey === null ? appId : `${appId}/${tenantKey}`;

/** The way to Feishu: transport, access tokens and rate limits, the latter two shared through Redis where there is one. */
export async function openUpstream({ config, clock, log, observer: watching }: UpstreamParts): Promise<Upstream> {
  const observer = watching && { observer: watching };
  const { baseUrl, timeoutMs, redisUrl, credentials } = config;
  // Loaded only where it is wanted: it delays the first answer.
  const redis = redisUrl ? (await import("./redis.js")).openRedis(redisUrl) : null;
  const reportedByTheFleet = (): void => {};
  if (redis) await redis.connect().catch(reportedByTheFleet);
  const rateLimits = await openRateLimits({ config, clock, log, redis });
  const { arrival } = rateLimits;
  const transport = createTransport({ baseUrl, clock, timeoutMs, onConnected: arrival.recordRoundTrip });
  const { appId, appSecret } = credentials;
  const storeOf = (owner: string) => (redis ? createTokenStore({ redis, clock, owner, appSecret }) : noTokenStore);
  const ticketStore = redis ? createTicketStore({ redis, owner: appId, appSecret }) : noTicketStore;
  const isStoreApp = config.appType === "store";
  const tickets = isStoreApp ? createAppTickets({ transport, credentials, clock, store: ticketStore }) : null;
  const requestsOf: (tenantKey: string | null) => RequestToken = tickets
    ? byTenantKey(createStoreApp({ transport, credentials, tickets, clock, store: storeOf(`${appId}:app`) }))
    : () => selfBuiltToken(transport, credentials);

  const openTenant = (tenantKey: string | null): TenantUpstream => {
    const tenant = tenantId(appId, tenantKey);
    const accessToken = createAccessToken(requestsOf(tenantKey), clock, storeOf(tenant));
    const limits = rateLimits.openTenant(tenant);
    return {
      ...createFeishuClient({ transport, accessToken, limiter: limits.limiter, clock, ...observer }),
      ...limits,
      isRefused: accessToken.isRefused,
      isShared: rateLimits.isShared,
    };
  };
  // A user's token is looked up before a store app's tenant is known, and with no token of the app's.
  const main = isStoreApp ? null : openTenant(null);
  const { limiter } = main ?? rateLimits.openTenant(`${appId}:sign-in`);
  const { send } = main ?? createFeishuClient({ transport, accessToken: noToken(clock), limiter, clock, ...observer });
  return {
    openTenant: (tenantKey) => (tenantKey === null && main ? main : openTenant(tenantKey)),
    arrival,
    setQuotas: rateLimits.setQuotas,
    redis,
    tickets,
    // The answer is shared by all who bring the token: nobody's leaving ends it, and its attempt's timeout bounds it.
    identify(token, from) {
      const caller = `sign-in ${from}`;
      return getUserInfo(send, token, { caller, deadlineMs: clock.now() + config.deadlineMs, signal: neverCancelled });
    },
    async close() {
      await rateLimits.close();
      redis?.disconnect();
      await transport.close();
    },
  };
}

/** A store app has no tenant of its own. */
const byTenantKey =
  (request: (tenantKey: string) => RequestToken) =>
  (tenantKey: string | null): RequestToken => {
    if (tenantKey === null) throw new Error("a store app acts for its customers alone");
    return request(tenantKey);
  };

const noToken = (clock: Clock) =>
  createAccessToken(() => Promise.reject(new Error("this client calls with users' tokens alone")), clock);
