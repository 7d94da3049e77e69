import type { Viewer } from "../../../authz/viewer.js";
import type { Clock } from "../../../core/clock.js";
import { UpstreamError } from "../../../feishu/errors.js";
import { Unauthenticated } from "../authenticate.js";
import type { Seal } from "./seal.js";
import type { SessionStore } from "./store.js";

/** Lifetimes of a session in milliseconds. */
export interface SessionLifetimes {
  /** Time without a request after which a session ends. */
  readonly idleMs: number;
  /** Time after login when a session ends, whatever happens. */
  readonly maxMs: number;
  /** Age at which Feishu is asked again who the user is, and the scopes are determined again. */
  readonly recheckMs: number;
}

/** A signed-in user's session as it is stored, sealed. */
export interface Session {
  readonly viewer: Omit<Viewer, "scopes" | "isOpen"> & { readonly scopes: readonly string[] };
  readonly createdAtMs: number;
  readonly seenAtMs: number;
  readonly checkedAtMs: number;
  readonly refreshToken: string | null;
  /** New access token of a recheck that has not come to its end, so that the next one does not refresh again. */
  readonly pending: { readonly accessToken: string; readonly expiresAtMs: number } | null;
  /** Time before which a failed recheck is not repeated. */
  readonly retryAtMs: number;
}

/** Stored sessions, by the hash of their id. */
export interface Records {
  /** @throws {Unauthenticated} for an unknown session, or one that another deployment has sealed. */
  read(key: string): Promise<Session>;
  create(key: string, session: Session): Promise<void>;
  /**
   * Changes a session as it is stored now, and returns it. A session that was ended meanwhile stays so.
   * @throws {Unauthenticated} for a session that has ended.
   */
  update(key: string, change: (current: Session) => Session): Promise<Session>;
  delete(key: string): Promise<void>;
}

/** Updates of one session that may collide before one of them gives up. */
const MAX_COLLISIONS = 20;

/** Returns the error of a session that has ended. */
export const sessionEnded = (): Unauthenticated => new Unauthenticated("the session has ended: sign in again");

/** Creates the records in a store; each lives as long as its session can. */
export function createRecords(
  store: SessionStore,
  seal: Seal,
  { idleMs, maxMs }: SessionLifetimes,
  clock: Clock,
): Records {
  const find = async (key: string): Promise<{ readonly text: string; readonly session: Session }> => {
    const text = await store.get(key);
    const session = text === null ? null : ((await seal.open(text)) as Session | null);
    if (text === null || !session) throw sessionEnded();
    return { text, session };
  };
  const lifeOf = ({ seenAtMs, createdAtMs }: Session): number =>
    Math.max(1, Math.min(seenAtMs + idleMs, createdAtMs + maxMs) - clock.now());
  return {
    read: async (key) => (await find(key)).session,
    create: async (key, session) => store.set(key, await seal.seal(session), lifeOf(session)),
    async update(key, change) {
      for (let collisions = 0; collisions < MAX_COLLISIONS; collisions++) {
        const { text, session } = await find(key);
        const changed = change(session);
        if (await store.replace(key, text, await seal.seal(changed), lifeOf(changed))) return changed;
      }
      throw new UpstreamError("UPSTREAM_UNAVAILABLE", "the session is being changed by too many requests", null);
    },
    delete: (key) => store.delete(key),
  };
}
