import type { FastifyBaseLogger } from "fastify";
import type { Redis } from "ioredis";
import { LRUCache } from "lru-cache";
import { z } from "zod";
import { Secret } from "../core/secret.js";
import type { AppTickets } from "../feishu/auth/app-ticket.js";
import { affectedBy } from "../feishu/events/affected.js";
import { type FeishuEvent, REPLAY_WINDOW_MS } from "../feishu/events/webhook.js";
import type { Cache } from "../loaders/cache.js";
import { type Changed, isReadOf } from "../loaders/invalidation.js";
import type { SharedAnswers } from "../server/graphql/shared-answers.js";
import { tenantId } from "./upstream.js";

/** What events act upon. */
export interface EventParts {
  readonly appId: string;
  readonly isStoreApp: boolean;
  /** Where replicas tell each other; `null`: there is this one alone. */
  readonly redis: Redis | null;
  readonly tickets: AppTickets | null;
  readonly cache: Cache;
  readonly answers: SharedAnswers | null;
  readonly log: FastifyBaseLogger;
  /** Applications or talents have changed in a way that may move tasks from list to list. */
  onTasksMoved(changed: Changed): void;
}

/** Handlers of Feishu's events. */
export interface Events {
  isNew(event: FeishuEvent): Promise<boolean>;
  handle(event: FeishuEvent): void;
  /** Listens to the other replicas. */
  start(): Promise<void>;
  close(): Promise<void>;
}

const MAX_REMEMBERED = 100_000;

const changedMessage = z.object({
  tenant: z.string(),
  ids: z.array(z.string().max(128)),
  movesTasks: z.boolean().default(false),
});

/** Forgets what events say has changed, in all replicas, and keeps the tickets that they bring. */
export function createEvents(parts: EventParts): Events {
  const { appId, isStoreApp, redis, tickets, cache, answers, log, onTasksMoved } = parts;
  const channel = `feishu-hire-graphql:{${appId}}:changed`;
  const seen = new LRUCache<string, true>({ max: MAX_REMEMBERED, ttl: REPLAY_WINDOW_MS });
  const subscriber = redis?.duplicate({ maxRetriesPerRequest: null }) ?? null;

  const forget = (changed: z.output<typeof changedMessage>): void => {
    cache.invalidate(isReadOf(changed));
    answers?.clear();
    if (changed.movesTasks) onTasksMoved(changed);
  };

  const receive = (message: string): void => {
    try {
      forget(changedMessage.parse(JSON.parse(message)));
    } catch {
      log.warn("a message of another replica could not be read");
    }
  };

  return {
    async isNew({ id }) {
      if (seen.has(id)) return false;
      seen.set(id, true);
      if (!redis) return true;
      const key = `feishu-hire-graphql:{${appId}}:event:${id.slice(0, 128)}`;
      try {
        return (await redis.set(key, "1", "PX", REPLAY_WINDOW_MS, "NX")) === "OK";
      } catch {
        // An event that is heard twice forgets what is forgotten already.
        return true;
      }
    },
    handle(event) {
      const ticket = event.payload.app_ticket;
      if (event.type === "app_ticket" && typeof ticket === "string" && ticket !== "")
        tickets?.arrived(new Secret(ticket));
      const affected = affectedBy(event);
      const ids = affected.map(({ id }) => id);
      const movesTasks = affected.some(({ kind }) => kind !== "user");
      if (ids.length === 0 || (isStoreApp && event.tenantKey === null)) return;
      const changed = { tenant: tenantId(appId, isStoreApp ? event.tenantKey : null), ids, movesTasks };
      forget(changed);
      // Others learn it now, or when what they hold has lived its time.
      redis
        ?.publish(channel, JSON.stringify(changed))
        .catch(() => log.warn("other replicas could not be told of an event"));
    },
    async start() {
      if (!subscriber) return;
      const retriedOnReady = (): void => {};
      subscriber.on("error", () => {});
      // Connects again by itself, and subscribes again then: what was said meanwhile is only as old as it may be.
      subscriber.on("ready", () => void subscriber.subscribe(channel).catch(retriedOnReady));
      subscriber.on("message", (_, message: string) => receive(message));
      await subscriber.connect().catch(retriedOnReady);
      await subscriber.subscribe(channel).catch(retriedOnReady);
    },
    async close() {
      subscriber?.disconnect();
    },
  };
}
