import { createHash } from "node:crypto";
import { decodeJwt } from "jose";
import { LRUCache } from "lru-cache";
import type { Viewer } from "../../authz/viewer.js";
import type { Clock } from "../../core/clock.js";
import type { Secret } from "../../core/secret.js";
import { type Authenticate, bearerTokenOf, isTenantKey, Unauthenticated } from "./authenticate.js";

/** Identity that Feishu returns for a user_access_token. */
export interface Identity {
  readonly name: string | null;
  readonly openId: string | null;
  readonly unionId: string | null;
  readonly userId: string | null;
  readonly tenantKey: string | null;
  readonly avatarUrl: string | null;
}

/** Resolves a token to its owner; `null` when the token is unknown. `from` is the client's IP address. */
export type Identify = (token: Secret, from: string) => Promise<Identity | null>;

/** Milliseconds that an accepted token stays cached. Tokens can be revoked without notice. */
const KNOWN_FOR_MS = 300_000;
/** Milliseconds that a rejected token stays cached, so that repeated bad tokens do not cost a call each. */
const UNKNOWN_FOR_MS = 10_000;
const MAX_TOKENS = 10_000;

interface Known {
  readonly viewer: Viewer | null;
  readonly untilMs: number;
}

/**
 * Creates the authenticator of `AUTH_MODE=feishu`.
 * The bearer is a Feishu user_access_token, which identifies the user and the tenant.
 * It carries no scopes, so every user sees only their own data. A `tenantKey` of `null` admits every tenant.
 * Tokens are cached only as hashes.
 */
export function createFeishuAuthenticate(identify: Identify, tenantKey: string | null, clock: Clock): Authenticate {
  const accepted = new LRUCache<string, Known>({ max: MAX_TOKENS });
  // A separate cache, so that many bad tokens do not evict good ones.
  const rejected = new LRUCache<string, Known>({ max: MAX_TOKENS });
  const inFlight = new Map<string, Promise<Known>>();

  const identifyCaller = async (token: Secret, key: string, from: string): Promise<Known> => {
    try {
      const identity = await identify(token, from);
      const known = identity && admit(identity, tenantKey);
      const lifeMs = lifeOf(token.reveal(), clock.now());
      const viewer =
        known && (lifeMs < Number.POSITIVE_INFINITY ? { ...known, expiresAtMs: clock.now() + lifeMs } : known);
      const ttlMs = viewer ? Math.min(KNOWN_FOR_MS, lifeMs) : UNKNOWN_FOR_MS;
      const answer = { viewer, untilMs: clock.now() + ttlMs };
      (viewer ? accepted : rejected).set(key, answer);
      if (!viewer) accepted.delete(key);
      return answer;
    } finally {
      inFlight.delete(key);
    }
  };

  return async (credentials) => {
    const token = bearerTokenOf(credentials);
    const key = createHash("sha256").update(token.reveal()).digest("base64");
    const cached = accepted.get(key) ?? rejected.get(key);
    const isFresh = cached && cached.untilMs > clock.now();
    const pending = isFresh ? cached : (inFlight.get(key) ?? identifyCaller(token, key, credentials.ip));
    if (pending instanceof Promise) inFlight.set(key, pending);
    const { viewer } = await pending;
    if (!viewer) throw new Unauthenticated("the token is invalid, or belongs to another tenant");
    return viewer;
  };
}

/** Admits only the tenant of `tenantKey`. Without a key, the app acts for the viewer's own tenant. */
export function admit(identity: Identity, tenantKey: string | null): Viewer | null {
  const viewer = toViewer(identity);
  if (tenantKey !== null) return identity.tenantKey === tenantKey ? viewer : null;
  return viewer && isTenantKey(identity.tenantKey) ? { ...viewer, tenant: identity.tenantKey } : null;
}

function toViewer({ name, openId, unionId, userId, avatarUrl }: Identity): Viewer | null {
  if (!openId) return null;
  const ids = { open_id: openId, ...(unionId && { union_id: unionId }), ...(userId && { user_id: userId }) };
  return { userId: openId, idType: "open_id", ids, name, avatarUrl, scopes: new Set() };
}

/** Returns the milliseconds until a token expires. Newer tokens carry their expiry; for others it is unknown. */
function lifeOf(token: string, nowMs: number): number {
  try {
    const { exp } = decodeJwt(token);
    return exp === undefined ? Number.POSITIVE_INFINITY : Math.max(0, exp * 1000 - nowMs);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
