import { createHash } from "node:crypto";
import { decodeJwt } from "jose";
import { LRUCache } from "lru-cache";
import type { Viewer } from "../../authz/viewer.js";
import type { Clock } from "../../core/clock.js";
import type { Secret } from "../../core/secret.js";
import { type Authenticate, bearerTokenOf, isTenantKey, Unauthenticated } from "./authenticate.js";

/** What Feishu tells of a user_access_token. */
export interface Identity {
  readonly name: string | null;
  readonly openId: string | null;
  readonly unionId: string | null;
  readonly userId: string | null;
  readonly tenantKey: string | null;
}

/** Asks whose a token is that comes from somewhere; `null` when it is nobody's. */
export type Identify = (token: Secret, from: string) => Promise<Identity | null>;

/** A token may be revoked, which nobody tells: it is looked at again after so long. */
const KNOWN_FOR_MS = 300_000;
/** Somebody who tries with bad tokens does not spend a call on each. */
const UNKNOWN_FOR_MS = 10_000;
const MAX_TOKENS = 10_000;

interface Known {
  readonly viewer: Viewer | null;
  readonly untilMs: number;
}

/**
 * `AUTH_MODE=feishu`: the bearer is a user_access_token of Feishu's, which tells who it is and of which tenant; it tells of no
 * scopes, so everybody sees what is their own. `tenantKey` `null` lets every tenant in. Tokens are only kept as hashes.
 */
export function createFeishuAuthenticate(identify: Identify, tenantKey: string | null, clock: Clock): Authenticate {
  const known = new LRUCache<string, Known>({ max: MAX_TOKENS });
  // Apart, so that whoever tries many bad tokens does not push the good ones out.
  const refused = new LRUCache<string, Known>({ max: MAX_TOKENS });
  const asked = new Map<string, Promise<Known>>();

  const ask = async (token: Secret, key: string, from: string): Promise<Known> => {
    try {
      const identity = await identify(token, from);
      const viewer = identity && admit(identity, tenantKey);
      const livesMs = viewer ? Math.min(KNOWN_FOR_MS, lifeOf(token.reveal(), clock.now())) : UNKNOWN_FOR_MS;
      const answer = { viewer, untilMs: clock.now() + livesMs };
      (viewer ? known : refused).set(key, answer);
      if (!viewer) known.delete(key);
      return answer;
    } finally {
      asked.delete(key);
    }
  };

  return async (credentials) => {
    const token = bearerTokenOf(credentials);
    const key = createHash("sha256").update(token.reveal()).digest("base64");
    const held = known.get(key) ?? refused.get(key);
    const isHeld = held && held.untilMs > clock.now();
    const asking = isHeld ? held : (asked.get(key) ?? ask(token, key, credentials.ip));
    if (asking instanceof Promise) asked.set(key, asking);
    const { viewer } = await asking;
    if (!viewer) throw new Unauthenticated("the token is not accepted, or is of another tenant");
    return viewer;
  };
}

/** With a key only that tenant may enter; without one it is the viewer's own that the app acts for. */
function admit(identity: Identity, tenantKey: string | null): Viewer | null {
  const viewer = toViewer(identity);
  if (tenantKey !== null) return identity.tenantKey === tenantKey ? viewer : null;
  return viewer && isTenantKey(identity.tenantKey) ? { ...viewer, tenant: identity.tenantKey } : null;
}

function toViewer({ name, openId, unionId, userId }: Identity): Viewer | null {
  if (!openId) return null;
  const ids = { open_id: openId, ...(unionId && { union_id: unionId }), ...(userId && { user_id: userId }) };
  return { userId: openId, idType: "open_id", ids, name, scopes: new Set() };
}

/** Newer tokens say when they end; of others it is not known. */
function lifeOf(token: string, nowMs: number): number {
  try {
    const { exp } = decodeJwt(token);
    return exp === undefined ? Number.POSITIVE_INFINITY : Math.max(0, exp * 1000 - nowMs);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
