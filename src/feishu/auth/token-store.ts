import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import type { Clock } from "../../core/clock.js";
import { redisKey } from "../../core/redis-keys.js";
import { Secret } from "../../core/secret.js";

/** A token with its remaining lifetime in milliseconds. */
export interface ExpiringToken {
  readonly value: Secret;
  readonly expiresInMs: number;
}

/** Token shared by all replicas, fetched once for all of them. */
export interface TokenStore {
  /**
   * Returns the shared token, or the one that `fetch` gets. Of all concurrent processes, one fetches. `isGood` decides
   * whether a stored token is usable. Without Redis, each process fetches its own.
   */
  get(isGood: (token: ExpiringToken) => boolean, fetch: () => Promise<ExpiringToken>): Promise<ExpiringToken>;
}

/** No store: every process fetches its own token, and Feishu returns the same one to all. */
export const noTokenStore: TokenStore = { get: (_, fetch) => fetch() };

/** App ticket shared by all replicas, because the event reaches only one of them. */
export interface TicketStore {
  read(): Promise<Secret | null>;
  write(ticket: Secret): Promise<void>;
}

/** No store: this process receives the events itself. */
export const noTicketStore: TicketStore = { read: async () => null, write: async () => {} };

/** Dependencies of a token store. */
export interface TokenStoreParts {
  readonly redis: Redis;
  readonly clock: Clock;
  /** Owner of the token: the app's id, and in a store app the tenant's. */
  readonly owner: string;
  /** Source of the key that encrypts the tokens: reading Redis does not reveal them. */
  readonly appSecret: Secret;
}

/** Milliseconds that a process may fetch before another one takes over. */
const LOCK_MS = 10_000;
/** Milliseconds between two checks of a waiting process. */
const LOOK_EVERY_MS = 50;

/** Lua script that releases the lock if the caller still holds it. */
const UNLOCK = `if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end`;

/** Creates a token store in Redis. */
export function createTokenStore({ redis, clock, owner, appSecret }: TokenStoreParts): TokenStore {
  const tokenKey = redisKey(owner, "token");
  const lockKey = `${tokenKey}:lock`;
  const { encrypt, decrypt } = createCipher(appSecret.reveal(), tokenKey);

  const read = async (): Promise<ExpiringToken | null> => {
    const [encrypted, expiresInMs] = await Promise.all([redis.get(tokenKey), redis.pttl(tokenKey)]);
    const value = encrypted && decrypt(encrypted);
    return value && expiresInMs > 0 ? { value: new Secret(value), expiresInMs } : null;
  };

  const fetchAndStore = async (lock: string, fetch: () => Promise<ExpiringToken>): Promise<ExpiringToken> => {
    const ignore = (): void => {};
    try {
      const token = await fetch();
      await redis.set(tokenKey, encrypt(token.value.reveal()), "PX", Math.ceil(token.expiresInMs)).catch(ignore);
      return token;
    } finally {
      await redis.eval(UNLOCK, 1, lockKey, lock).catch(ignore);
    }
  };

  return {
    async get(isGood, fetch) {
      const lock = randomUUID();
      for (let waitedMs = 0; waitedMs < LOCK_MS; waitedMs += LOOK_EVERY_MS) {
        let isOurs: boolean;
        try {
          const stored = await read();
          if (stored && isGood(stored)) return stored;
          isOurs = (await redis.set(lockKey, lock, "PX", LOCK_MS, "NX")) === "OK";
        } catch {
          // Redis is unavailable, which is logged elsewhere. Feishu returns the same token to every process.
          break;
        }
        if (isOurs) return fetchAndStore(lock, fetch);
        await clock.sleep(LOOK_EVERY_MS);
      }
      return fetch();
    },
  };
}

/** Lifetime of a stored ticket; Feishu replaces it every hour. */
const TICKET_LIFE_MS = 12 * 3_600_000;

/** Creates a store in Redis for a store app's newest ticket. */
export function createTicketStore({ redis, owner, appSecret }: Omit<TokenStoreParts, "clock">): TicketStore {
  const key = redisKey(owner, "ticket");
  const { encrypt, decrypt } = createCipher(appSecret.reveal(), key);
  return {
    async read() {
      const encrypted = await redis.get(key);
      const ticket = encrypted && decrypt(encrypted);
      return ticket ? new Secret(ticket) : null;
    },
    async write(ticket) {
      await redis.set(key, encrypt(ticket.reveal()), "PX", TICKET_LIFE_MS);
    },
  };
}

const ALGORITHM = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Creates a cipher with a key derived from `secret` and `purpose`. A text encrypted with another key or purpose
 * decrypts to `null`.
 */
function createCipher(secret: string, purpose: string) {
  const key = Buffer.from(hkdfSync("sha256", secret, "", purpose, 32));
  return {
    encrypt(text: string): string {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(ALGORITHM, key, nonce);
      const encrypted = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), encrypted]).toString("base64");
    },
    decrypt(encrypted: string): string | null {
      const bytes = Buffer.from(encrypted, "base64");
      const nonce = bytes.subarray(0, NONCE_BYTES);
      const tag = bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
      try {
        const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
        decipher.setAuthTag(tag);
        const text = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
        return text.toString("utf8");
      } catch {
        return null;
      }
    },
  };
}
