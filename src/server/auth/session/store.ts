import type { Redis } from "ioredis";
import { LRUCache } from "lru-cache";
import { redisKey } from "../../../core/redis-keys.js";
import { UpstreamError } from "../../../feishu/errors.js";

/** Keeps sealed sessions, by the hash of their id. */
export interface SessionStore {
  get(key: string): Promise<string | null>;
  set(key: string, value: string, ttlMs: number): Promise<void>;
  /** Replaces a value if it is still `expected`: a deleted session stays deleted. Returns false otherwise. */
  replace(key: string, expected: string, value: string, ttlMs: number): Promise<boolean>;
  delete(key: string): Promise<void>;
  /** Returns true for the one owner of a lock within `ttlMs`. */
  lock(key: string, owner: string, ttlMs: number): Promise<boolean>;
  /** Releases a lock, unless it has passed to another owner. */
  unlock(key: string, owner: string): Promise<void>;
}

/** Values of one process, the oldest of which give way. */
const MAX_VALUES = 100_000;

/** Creates a store in this process: a restart signs everyone out, and replicas do not share it. */
export function createMemoryStore(now: () => number): SessionStore {
  const open = () => new LRUCache<string, { readonly value: string; readonly untilMs: number }>({ max: MAX_VALUES });
  const [sessions, locks] = [open(), open()];
  const read = (values: ReturnType<typeof open>, key: string): string | null => {
    const found = values.get(key);
    return found && found.untilMs > now() ? found.value : null;
  };
  return {
    get: async (key) => read(sessions, key),
    async set(key, value, ttlMs) {
      sessions.set(key, { value, untilMs: now() + ttlMs });
    },
    async replace(key, expected, value, ttlMs) {
      if (read(sessions, key) !== expected) return false;
      sessions.set(key, { value, untilMs: now() + ttlMs });
      return true;
    },
    async delete(key) {
      sessions.delete(key);
    },
    async lock(key, owner, ttlMs) {
      if (read(locks, key) !== null) return false;
      locks.set(key, { value: owner, untilMs: now() + ttlMs });
      return true;
    },
    async unlock(key, owner) {
      if (read(locks, key) === owner) locks.delete(key);
    },
  };
}

const REPLACE = `if redis.call("GET", KEYS[1]) ~= ARGV[1] then return 0 end
redis.call("SET", KEYS[1], ARGV[2], "PX", ARGV[3])
return 1`;

const UNLOCK = `if redis.call("GET", KEYS[1]) == ARGV[1] then redis.call("DEL", KEYS[1]) end`;

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
    replace: async (key, expected, value, ttlMs) =>
      (await answered(redis.eval(REPLACE, 1, sessionKey(key), expected, value, Math.ceil(ttlMs)))) === 1,
    async delete(key) {
      await answered(redis.del(sessionKey(key)));
    },
    lock: async (key, owner, ttlMs) => (await answered(redis.set(lockKey(key), owner, "PX", ttlMs, "NX"))) === "OK",
    async unlock(key, owner) {
      await answered(redis.eval(UNLOCK, 1, lockKey(key), owner));
    },
  };
}
