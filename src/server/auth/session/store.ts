import type { Redis } from "ioredis";
import { LRUCache } from "lru-cache";
import { redisKey } from "../../../core/redis-keys.js";
import { UpstreamError } from "../../../feishu/errors.js";

/** Keeps sealed sessions, by the hash of their id. */
export interface SessionStore {
  get(key: string): Promise<string | null>;
  set(key: string, value: string, ttlMs: number): Promise<void>;
  delete(key: string): Promise<void>;
  /** Returns true for the one caller that may refresh a session within `ttlMs`. */
  lock(key: string, ttlMs: number): Promise<boolean>;
  unlock(key: string): Promise<void>;
}

/** Sessions of one process, the oldest of which give way. */
const MAX_SESSIONS = 100_000;

/** Creates a store in this process: a restart signs everyone out, and replicas do not share it. */
export function createMemoryStore(now: () => number): SessionStore {
  const sessions = new LRUCache<string, { readonly value: string; readonly untilMs: number }>({ max: MAX_SESSIONS });
  const locked = new Set<string>();
  return {
    async get(key) {
      const found = sessions.get(key);
      return found && found.untilMs > now() ? found.value : null;
    },
    async set(key, value, ttlMs) {
      sessions.set(key, { value, untilMs: now() + ttlMs });
    },
    async delete(key) {
      sessions.delete(key);
    },
    async lock(key) {
      if (locked.has(key)) return false;
      locked.add(key);
      return true;
    },
    async unlock(key) {
      locked.delete(key);
    },
  };
}

/** Creates a store that replicas share and that outlives them. */
export function createRedisStore(redis: Redis, appId: string): SessionStore {
  const sessionKey = (key: string): string => redisKey(appId, "session", key);
  const lockKey = (key: string): string => redisKey(appId, "session-lock", key);
  const answered = async <T>(command: Promise<T>): Promise<T> => {
    try {
      return await command;
    } catch (cause) {
      throw new UpstreamError("UPSTREAM_UNAVAILABLE", "the sessions are unavailable", null, { cause });
    }
  };
  return {
    get: (key) => answered(redis.get(sessionKey(key))),
    async set(key, value, ttlMs) {
      await answered(redis.set(sessionKey(key), value, "PX", Math.ceil(ttlMs)));
    },
    async delete(key) {
      await answered(redis.del(sessionKey(key)));
    },
    lock: async (key, ttlMs) => (await answered(redis.set(lockKey(key), "1", "PX", ttlMs, "NX"))) === "OK",
    async unlock(key) {
      await answered(redis.del(lockKey(key)));
    },
  };
}
