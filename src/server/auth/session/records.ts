import type { Viewer } from "../../../authz/viewer.js";
import type { Clock } from "../../../core/clock.js";
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
}

/** Stored sessions, by the hash of their id. */
export interface Records {
  /** @throws {Unauthenticated} for an unknown session, or one that another deployment has sealed. */
  read(key: string): Promise<Session>;
  write(key: string, session: Session): Promise<Session>;
  /** Deletes a session and returns the error for its caller. */
  ended(key: string): Promise<Unauthenticated>;
}

/** Creates the records in a store; each lives as long as its session can. */
export function createRecords(
  store: SessionStore,
  seal: Seal,
  { idleMs, maxMs }: SessionLifetimes,
  clock: Clock,
): Records {
  return {
    async read(key) {
      const text = await store.get(key);
      const session = text === null ? null : ((await seal.open(text)) as Session | null);
      if (!session) throw new Unauthenticated("the session has ended: sign in again");
      return session;
    },
    async write(key, session) {
      const endsAtMs = Math.min(session.seenAtMs + idleMs, session.createdAtMs + maxMs);
      await store.set(key, await seal.seal(session), Math.max(1, endsAtMs - clock.now()));
      return session;
    },
    async ended(key) {
      await store.delete(key);
      return new Unauthenticated("the session has ended: sign in again");
    },
  };
}
