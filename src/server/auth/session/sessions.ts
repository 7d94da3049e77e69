import { createHash, randomBytes } from "node:crypto";
import type { Viewer } from "../../../authz/viewer.js";
import type { Clock } from "../../../core/clock.js";
import { Secret } from "../../../core/secret.js";
import { LoginRefused, type OAuthClient, type UserTokens } from "../../../feishu/authen/oauth.js";
import { Unauthenticated } from "../authenticate.js";
import { createRecords, type Session, type SessionLifetimes } from "./records.js";
import type { Seal } from "./seal.js";
import type { SessionStore } from "./store.js";

/** Dependencies of sessions. */
export interface SessionParts {
  readonly clock: Clock;
  readonly store: SessionStore;
  readonly seal: Seal;
  readonly lifetimes: SessionLifetimes;
  readonly oauth: OAuthClient;
  /** Returns the viewer of a user's token with their scopes; `null` if they may not sign in. */
  readonly identify: (accessToken: Secret, ip: string) => Promise<Viewer | null>;
}

/** Sessions of web apps. */
export interface Sessions {
  /**
   * Starts a session for the owner of new tokens and returns its id.
   * @throws {LoginRefused} if they may not sign in.
   */
  begin(tokens: UserTokens, ip: string): Promise<string>;
  /**
   * Returns the viewer of a session.
   * @throws {Unauthenticated} for an unknown session, or one that has ended.
   */
  find(id: string, ip: string): Promise<Viewer>;
  end(id: string): Promise<void>;
}

/** Interval at which the time of the last request is written down. */
const SEEN_EVERY_MS = 60_000;
/** Time for one refresh, after which another replica may try. */
const REFRESH_WITHIN_MS = 15_000;
const POLL_EVERY_MS = 50;

/** The store holds a hash: a reader of the store cannot take over a session. */
const hashOf = (id: string): string => createHash("sha256").update(id).digest("base64url");

/** Creates the sessions of web apps. */
export function createSessions({ clock, store, seal, lifetimes, oauth, identify }: SessionParts): Sessions {
  const { idleMs, maxMs, recheckMs } = lifetimes;
  const refreshing = new Map<string, Promise<Session>>();

  const { read, write, ended } = createRecords(store, seal, lifetimes, clock);
  const toSession = async (tokens: UserTokens, ip: string, createdAtMs: number): Promise<Session> => {
    const viewer = await identify(tokens.accessToken, ip);
    if (!viewer) throw new LoginRefused("this user may not sign in", null);
    const now = clock.now();
    return {
      viewer: { ...viewer, scopes: [...viewer.scopes] },
      createdAtMs,
      seenAtMs: now,
      checkedAtMs: now,
      refreshToken: tokens.refreshToken?.reveal() ?? null,
    };
  };

  /** Refreshes a session. A session that Feishu does not continue ends. */
  const refresh = async (key: string, session: Session, ip: string): Promise<Session> => {
    if (session.refreshToken === null) throw await ended(key);
    try {
      const tokens = await oauth.refresh(new Secret(session.refreshToken));
      // Stored before anything else can fail: the old token is dead by now.
      const kept = await write(key, { ...session, refreshToken: tokens.refreshToken?.reveal() ?? null });
      return await write(key, { ...(await toSession(tokens, ip, kept.createdAtMs)) });
    } catch (error) {
      throw error instanceof LoginRefused ? await ended(key) : error;
    }
  };
  /** Lets one request of all replicas refresh a session; the others wait for it. */
  const recheck = async (key: string, session: Session, ip: string): Promise<Session> => {
    if (await store.lock(key, REFRESH_WITHIN_MS)) {
      try {
        const current = await read(key);
        return current.checkedAtMs > session.checkedAtMs ? current : await refresh(key, current, ip);
      } finally {
        await store.unlock(key);
      }
    }
    for (let waitedMs = 0; waitedMs < REFRESH_WITHIN_MS; waitedMs += POLL_EVERY_MS) {
      await clock.sleep(POLL_EVERY_MS);
      const current = await read(key);
      if (current.checkedAtMs > session.checkedAtMs) return current;
    }
    return session;
  };

  const current = async (key: string, ip: string): Promise<Session> => {
    const session = await read(key);
    const now = clock.now();
    if (now - session.seenAtMs >= idleMs || now - session.createdAtMs >= maxMs) throw await ended(key);
    if (now - session.checkedAtMs >= recheckMs) {
      const pending = refreshing.get(key) ?? recheck(key, session, ip).finally(() => refreshing.delete(key));
      refreshing.set(key, pending);
      return pending;
    }
    return now - session.seenAtMs >= SEEN_EVERY_MS ? write(key, { ...session, seenAtMs: now }) : session;
  };

  return {
    async begin(tokens, ip) {
      const id = randomBytes(32).toString("base64url");
      await write(hashOf(id), await toSession(tokens, ip, clock.now()));
      return id;
    },
    async find(id, ip) {
      const key = hashOf(id);
      const { viewer, createdAtMs } = await current(key, ip);
      const isOpen = (): Promise<boolean> =>
        read(key).then(
          () => true,
          (error) => !(error instanceof Unauthenticated),
        );
      return { ...viewer, scopes: new Set(viewer.scopes), expiresAtMs: createdAtMs + maxMs, isOpen };
    },
    end: (id) => store.delete(hashOf(id)),
  };
}
