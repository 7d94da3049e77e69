import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { FastifyBaseLogger } from "fastify";
import type { Redis } from "ioredis";
import { CLOCK_MARGIN_MS } from "./budget/allowance.js";
import { createFleet, type Fleet } from "./budget/fleet.js";
import { USE_WITHIN_MS } from "./budget/leased-pool.js";
import { openFleetStore } from "./budget/redis-scripts.js";
import { createScheduler, type Scheduler } from "./budget/scheduler.js";
import type { RateWindow } from "./budget/windows.js";
import type { Clock } from "./clock.js";
import type { Config } from "./config.js";
import { type AppCredentials, createAccessToken } from "./feishu/access-token.js";
import { getUserInfo, type UserInfo } from "./feishu/authen/user-info.js";
import { createFeishuClient, type FeishuClient, type Send } from "./feishu/client.js";
import { quotasByEndpoint } from "./feishu/endpoints.js";
import { createTokenShelf, noShelf } from "./feishu/shared-token.js";
import { createTransport } from "./feishu/transport.js";
import type { Secret } from "./secret.js";
import { neverStopped } from "./stop.js";

/** Feishu, as the rest of the service sees it. */
export interface Upstream {
  readonly send: Send;
  readonly breakerState: FeishuClient["breakerState"];
  readonly scheduler: Scheduler;
  /** The connection that replicas share, where there is one. */
  readonly redis: Redis | null;
  /** Whose a user_access_token is; `null` when it is nobody's. `from` is who brings it: they are served in turn. */
  identify(token: Secret, from: string): Promise<UserInfo | null>;
  close(): Promise<void>;
}

/** A call waits for a token, which has its own attempt, before it has one itself; and a little more. */
const attemptsLifeMs = (timeoutMs: number): number => 2 * timeoutMs + 1000;

/** The way to Feishu: transport, access token and budget, the latter two shared through Redis where there is one. */
export async function openUpstream(
  config: Config,
  credentials: AppCredentials,
  clock: Clock,
  log: FastifyBaseLogger,
): Promise<Upstream> {
  const { baseUrl, timeoutMs, redisUrl } = config;
  const { quotas, unknown } = quotasByEndpoint(config.quotas);
  if (unknown.length > 0) log.warn({ unknown }, "FEISHU_QUOTAS names endpoints that are never called");
  const transport = createTransport({ baseUrl, clock, timeoutMs });
  // Only where it is wanted: it delays the first answer.
  const shared = redisUrl ? await import("./redis.js") : null;
  const redis = redisUrl && shared ? shared.openRedis(redisUrl) : null;
  const shelf = redis ? createTokenShelf({ redis, clock, ...credentials }) : noShelf;
  const accessToken = createAccessToken(transport, credentials, clock, shelf);
  const answerWithinMs = shared?.ANSWER_WITHIN_MS ?? 0;
  const parts = { config, tenant: credentials.appId, quotas, clock, log, answerWithinMs };
  const fleet = redis ? joinFleet({ ...parts, redis }) : null;
  const scheduler = createScheduler(clock, quotas, fleet?.openPools);
  if (redis) {
    redis.on("close", () => fleet?.disconnected());
    const toldByTheFleet = (): void => {};
    await redis.connect().catch(toldByTheFleet);
  }
  await fleet?.start();
  const { send, breakerState } = createFeishuClient({ transport, accessToken, scheduler, clock });
  return {
    send,
    breakerState,
    scheduler,
    redis,
    // The answer is shared by all who bring the token: nobody's leaving ends it, and its attempt's timeout bounds it.
    identify(token, from) {
      const payer = { caller: `sign-in ${from}`, deadlineMs: clock.now() + config.deadlineMs };
      return getUserInfo(send, token, payer, neverStopped);
    },
    async close() {
      await fleet?.close();
      redis?.disconnect();
      await transport.close();
    },
  };
}

interface FleetParts {
  readonly config: Config;
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
      if (isShared) log.info({ replicas }, "the budget is shared through Redis");
      else log.warn({ replicas, cause: String(cause) }, "Redis is away: the budget keeps to this replica's share");
    },
  });
}
