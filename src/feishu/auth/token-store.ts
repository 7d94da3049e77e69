import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import type { Clock } from "../../core/clock.js";
import { Secret } from "../../core/secret.js";

/** A token with its remaining life in milliseconds. */
export interface ExpiringToken {
  readonly value: Secret;
  readonly expiresInMs: number;
}

/** Shared token of a fleet, fetched once for all replicas. */
export interface TokenStore {
  /**
   * The fleet's token, or the one that `fetch` gets: of all processes that ask at the same time one fetches. `isGood` says
   * whether a token found there will do. Without Redis each process fetches for itself.
   */
  get(isGood: (token: ExpiringToken) => boolean, fetch: () => Promise<ExpiringToken>): Promise<ExpiringToken>;
}

/** No store: every process fetches its own, and Feishu gives them the same. */
export const noTokenStore: TokenStore = { get: (_, fetch) => fetch() };

/** Shared app ticket of a fleet: the event reaches only one replica. */
export interface TicketStore {
  read(): Promise<Secret | null>;
  write(ticket: Secret): Promise<void>;
}

/** No store: this process gets the events itself. */
export const noTicketStore: TicketStore = { read: async () => null, write: async () => {} };

/** Dependencies of a token store. */
export interface TokenStoreParts {
  readonly redis: Redis;
  readonly clock: Clock;
  /** Whose token it is: the app's id, and in a store app the tenant's. */
  readonly owner: string;
  /** Tokens are encrypted with a key that follows from it: who reads Redis does not read tokens. */
  readonly appSecret: Secret;
}

/** Milliseconds that a process may fetch before another one takes over. */
const LOCK_MS = 10_000;
/** Milliseconds between two looks of a waiting process. */
const LOOK_EVERY_MS = 50;

/** Frees the lock if it is still the caller's. */
const UNLOCK = `if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end`;

/** A store in Redis. */
export function createTokenStore({ redis, clock, owner, appSecret }: TokenStoreParts): TokenStore {
  const tokenKey = `feishu-hire-graphql:{${owner}}:token`;
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
          const kept = await read();
          if (kept && isGood(kept)) return kept;
          isOurs = (await redis.set(lockKey, lock, "PX", LOCK_MS, "NX")) === "OK";
        } catch {
          // Redis is unavailable, which is logged elsewhere: Feishu gives every process the same token.
          break;
        }
        if (isOurs) return fetchAndStore(lock, fetch);
        await clock.sleep(LOOK_EVERY_MS);
      }
      return fetch();
    },
  };
}

/** A ticket is replaced every hour. */
const TICKET_LIFE_MS = 12 * 3_600_000;

/** A store app's newest ticket, in Redis. */
export function createTicketStore({ redis, owner, appSecret }: Omit<TokenStoreParts, "clock">): TicketStore {
  const key = `feishu-hire-graphql:{${owner}}:ticket`;
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

/** Seals texts with a key that follows from a secret; what was sealed otherwise, or for another purpose, opens to `null`. */
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
