import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { FastifyBaseLogger } from "fastify";
import type { Redis } from "ioredis";
import { CLOCK_MARGIN_MS } from "./budget/allowance.js";
import { createFleet, type Fleet } from "./budget/fleet.js";
import { USE_WITHIN_MS } from "./budget/leased-pool.js";
import { createPace, type Pace } from "./budget/pace.js";
import { openFleetStore } from "./budget/redis-scripts.js";
import { createScheduler, type Scheduler } from "./budget/scheduler.js";
import type { RateWindow } from "./budget/windows.js";
import type { Clock } from "./clock.js";
import type { AppConfig } from "./config.js";
import { createAccessToken, type RequestToken, selfBuiltToken } from "./feishu/access-token.js";
import { type AppTickets, createAppTickets } from "./feishu/app-ticket.js";
import { getUserInfo, type UserInfo } from "./feishu/authen/user-info.js";
import type { CallObserver } from "./feishu/call.js";
import { createFeishuClient, type FeishuClient } from "./feishu/client.js";
import { type Quotas, quotasByEndpoint } from "./feishu/endpoints.js";
import { createTicketShelf, createTokenShelf, noShelf, noTicketShelf } from "./feishu/shared-token.js";
import { createStoreApp } from "./feishu/store-app.js";
import { createTransport } from "./feishu/transport.js";
import type { Secret } from "./secret.js";
import { neverStopped } from "./stop.js";

/** Feishu, as the app sees it in one tenant: a token, quotas and breakers of its own. */
export interface TenantUpstream extends FeishuClient {
  readonly scheduler: Scheduler;
  /** What lists are watched at. */
  readonly pace: Pace;
  /** Whether Feishu has refused the app in this tenant lately; asks nobody. */
  isRefused(): boolean;
  /** Whether quotas are shared with other replicas just now; `null` where there is no Redis. */
  isShared(): boolean | null;
}

/** Feishu, as the rest of the service sees it. */
export interface Upstream {
  /** Opens a tenant; the app's own with `null`, and a store app's customers by their keys. */
  openTenant(tenantKey: string | null): Promise<TenantUpstream>;
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

/** A call waits for a token, which has its own attempt, before it has one itself; and a little more. */
const attemptsLifeMs = (timeoutMs: number): number => 2 * timeoutMs + 1000;

/** The way to Feishu: transport, access tokens and budgets, the latter two shared through Redis where there is one. */
export async function openUpstream({ config, clock, log, observer: watching }: UpstreamParts): Promise<Upstream> {
  const observer = watching && { observer: watching };
  const { baseUrl, timeoutMs, redisUrl, credentials } = config;
  let quotas = readQuotas(config.quotas, log);
  const schedulers: Pick<Scheduler, "setQuotas">[] = [];
  const transport = createTransport({ baseUrl, clock, timeoutMs });
  // Only where it is wanted: it delays the first answer.
  const shared = redisUrl ? await import("./redis.js") : null;
  const redis = redisUrl && shared ? shared.openRedis(redisUrl) : null;
  const toldByTheFleet = (): void => {};
  if (redis) await redis.connect().catch(toldByTheFleet);
  const { appId, appSecret } = credentials;
  const shelfOf = (owner: string) => (redis ? createTokenShelf({ redis, clock, owner, appSecret }) : noShelf);
  const ticketShelf = redis ? createTicketShelf({ redis, owner: appId, appSecret }) : noTicketShelf;
  const isStoreApp = config.appType === "store";
  const tickets = isStoreApp ? createAppTickets({ transport, credentials, clock, shelf: ticketShelf }) : null;
  const requestsOf: (tenantKey: string | null) => RequestToken = tickets
    ? byTenantKey(createStoreApp({ transport, credentials, tickets, clock, shelf: shelfOf(`${appId}:app`) }))
    : () => selfBuiltToken(transport, credentials);
  const answerWithinMs = shared?.ANSWER_WITHIN_MS ?? 0;
  const fleets: Fleet[] = [];
  redis?.on("close", () => {
    for (const fleet of fleets) fleet.disconnected();
  });

  const openTenant = async (tenantKey: string | null): Promise<TenantUpstream> => {
    const tenant = tenantId(appId, tenantKey);
    const accessToken = createAccessToken(requestsOf(tenantKey), clock, shelfOf(tenant));
    const fleet = redis ? joinFleet({ config, tenant, quotas, clock, log, answerWithinMs, redis }) : null;
    if (fleet) fleets.push(fleet);
    const scheduler = createScheduler(clock, quotas, fleet?.openPools);
    const pace = createPace(clock, quotas, config.liveShare, () => fleet?.state().replicas ?? 1);
    schedulers.push(scheduler, pace);
    await fleet?.start();
    return {
      ...createFeishuClient({ transport, accessToken, scheduler, clock, ...observer }),
      scheduler,
      pace,
      isRefused: accessToken.isRefused,
      isShared: () => fleet?.state().isShared ?? null,
    };
  };
  // Whose token it is is asked before a store app's tenant is known, and with no token of the app's.
  const main = isStoreApp ? null : await openTenant(null);
  const { send } =
    main ??
    createFeishuClient({
      transport,
      accessToken: noToken(clock),
      scheduler: createScheduler(clock, quotas),
      clock,
      ...observer,
    });
  return {
    openTenant: async (tenantKey) => (tenantKey === null && main ? main : openTenant(tenantKey)),
    setQuotas(overrides) {
      quotas = readQuotas(overrides, log);
      for (const scheduler of schedulers) scheduler.setQuotas(quotas);
    },
    redis,
    tickets,
    // The answer is shared by all who bring the token: nobody's leaving ends it, and its attempt's timeout bounds it.
    identify(token, from) {
      const payer = { caller: `sign-in ${from}`, deadlineMs: clock.now() + config.deadlineMs };
      return getUserInfo(send, token, payer, neverStopped);
    },
    async close() {
      await Promise.all(fleets.map((fleet) => fleet.close()));
      redis?.disconnect();
      await transport.close();
    },
  };
}

function readQuotas(overrides: Quotas, log: FastifyBaseLogger): ReadonlyMap<string, readonly RateWindow[]> {
  const { quotas, unknown } = quotasByEndpoint(overrides);
  if (unknown.length > 0) log.warn({ unknown }, "the quotas name endpoints that are never called");
  return quotas;
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

interface FleetParts {
  readonly config: AppConfig;
  readonly tenant: string;
  readonly quotas: ReadonlyMap<string, readonly RateWindow[]>;
  readonly redis: Redis;
  /** A Redis that takes longer counts as away. */
  readonly answerWithinMs: number;
  readonly clock: Clock;
  readonly log: FastifyBaseLogger;
}

function joinFleet({ config, tenant, quotas, redis, answerWithinMs, clock, log }: FleetParts): Fleet {
  const store = openFleetStore({
    redis,
    tenant,
    replica: `${hostname()}:${randomUUID()}`,
    slotLifeMs: answerWithinMs + USE_WITHIN_MS + attemptsLifeMs(config.timeoutMs),
    longestWindowMs: Math.max(...[...quotas.values()].flat().map(({ windowMs }) => windowMs), 0) + CLOCK_MARGIN_MS,
  });
  return createFleet({
    store,
    clock,
    fallbackShare: config.fallbackShare,
    onChange({ isShared, replicas, cause }) {
      if (isShared) log.info({ tenant, replicas }, "the budget is shared through Redis");
      else
        log.warn({ tenant, replicas, cause: String(cause) }, "Redis is away: the budget keeps to this replica's share");
    },
  });
}
