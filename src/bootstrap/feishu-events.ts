import type { FastifyInstance } from "fastify";
import type { Redis } from "ioredis";
import { LRUCache } from "lru-cache";
import { z } from "zod";
import type { AppConfig } from "../config/config.js";
import { redisKey } from "../core/redis-keys.js";
import { Secret } from "../core/secret.js";
import { affectedBy } from "../feishu/events/affected.js";
import { type FeishuEvent, REPLAY_WINDOW_MS } from "../feishu/events/webhook.js";
import { isReadOf } from "../loaders/invalidation.js";
import type { WebhookOptions } from "../server/http/webhooks.js";
import { tenantId } from "./access-tokens.js";
import type { Services } from "./services.js";

/** Event ids that one process remembers. */
const MAX_REMEMBERED = 100_000;

const changedMessage = z.object({
  tenant: z.string(),
  ids: z.array(z.string().max(128)),
  movesTasks: z.boolean().default(false),
});
type Changed = z.output<typeof changedMessage>;

/** Handles Feishu's events: invalidates what they name, in all replicas, and stores the tickets that they carry. */
export async function openEvents(
  app: FastifyInstance,
  services: Services,
  webhook: NonNullable<AppConfig["webhook"]>,
): Promise<WebhookOptions> {
  const { config, clock, log, upstream, metrics } = services;
  const { appId } = config.credentials;
  const { redis, tickets } = upstream;
  const isStoreApp = config.appType === "store";
  const invalidate = createInvalidation(services);
  const channel = redisKey(appId, "changed");
  if (redis) {
    const subscriber = await subscribe(redis, channel, (message) => {
      try {
        invalidate(changedMessage.parse(JSON.parse(message)));
      } catch {
        log.warn("Message of another replica ignored: it could not be read");
      }
    });
    app.addHook("onClose", async () => subscriber.disconnect());
  }
  return {
    secrets: { appId, ...webhook },
    clock,
    note: metrics.event,
    isNew: createReplayFilter(appId, redis),
    handle(event) {
      const ticket = event.payload.app_ticket;
      if (event.type === "app_ticket" && typeof ticket === "string" && ticket !== "")
        tickets?.arrived(new Secret(ticket));
      const affected = affectedBy(event);
      const ids = affected.map(({ id }) => id);
      const movesTasks = affected.some(({ kind }) => kind !== "user");
      if (ids.length === 0 || (isStoreApp && event.tenantKey === null)) return;
      const changed = { tenant: tenantId(appId, isStoreApp ? event.tenantKey : null), ids, movesTasks };
      invalidate(changed);
      // Replicas that miss the message serve what they have cached until its time to live is over.
      redis
        ?.publish(channel, JSON.stringify(changed))
        .catch(() => log.warn("Event not published: other replicas keep their cached responses until they expire"));
    },
  };
}

/** Evicts cached responses that contain changed records, and refreshes polled lists that may contain them. */
const createInvalidation =
  ({ cache, sharedAnswers, tenants }: Services) =>
  (changed: Changed): void => {
    cache.invalidate(isReadOf(changed));
    sharedAnswers?.clear();
    if (!changed.movesTasks) return;
    for (const { id, live } of tenants.open()) if (id === changed.tenant) live.requestRefresh(changed.ids);
  };

/** Returns a function that is true the first time that any replica receives an event. */
function createReplayFilter(appId: string, redis: Redis | null): (event: FeishuEvent) => Promise<boolean> {
  const seen = new LRUCache<string, true>({ max: MAX_REMEMBERED, ttl: REPLAY_WINDOW_MS });
  return async ({ id }) => {
    if (seen.has(id)) return false;
    seen.set(id, true);
    if (!redis) return true;
    try {
      return (await redis.set(redisKey(appId, "event", id.slice(0, 128)), "1", "PX", REPLAY_WINDOW_MS, "NX")) === "OK";
    } catch {
      // Handling an event twice only evicts what is evicted already.
      return true;
    }
  };
}

/** Subscribes to a channel on a connection of its own, which reconnects and subscribes again by itself. */
async function subscribe(redis: Redis, channel: string, onMessage: (message: string) => void): Promise<Redis> {
  const subscriber = redis.duplicate({ maxRetriesPerRequest: null });
  const retriedOnReady = (): void => {};
  subscriber.on("error", () => {});
  subscriber.on("ready", () => void subscriber.subscribe(channel).catch(retriedOnReady));
  subscriber.on("message", (_, message: string) => onMessage(message));
  await subscriber.connect().catch(retriedOnReady);
  await subscriber.subscribe(channel).catch(retriedOnReady);
  return subscriber;
}
