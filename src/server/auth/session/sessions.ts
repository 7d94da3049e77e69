import { createHash, randomBytes } from "node:crypto";
import type { Viewer } from "../../../authz/viewer.js";
import type { Clock } from "../../../core/clock.js";
import type { Secret } from "../../../core/secret.js";
import { LoginRefused, type OAuthClient, type UserTokens } from "../../../feishu/authen/oauth.js";
import { Unauthenticated } from "../authenticate.js";
import { createRecheck } from "./recheck.js";
import { createRecords, type Session, type SessionLifetimes, sessionEnded } from "./records.js";
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
  /** Returns true once for each login, whatever is replayed. */
  claimLogin(state: string): Promise<boolean>;
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
/** Time for which a login's state stays claimed: longer than the login's cookie lives. */
const CLAIMED_MS = 900_000;

/** The store holds a hash: a reader of the store cannot take over a session. */
const hashOf = (id: string): string => createHash("sha256").update(id).digest("base64url");

/** Creates the sessions of web apps. */
export function createSessions({ clock, store, seal, lifetimes, oauth, identify }: SessionParts): Sessions {
  const { idleMs, maxMs, recheckMs } = lifetimes;
  const records = createRecords(store, seal, lifetimes, clock);
  const recheck = createRecheck({ clock, store, records, oauth, identify });

  const current = async (key: string, ip: string): Promise<Session> => {
    const session = await records.read(key);
    const now = clock.now();
    if (now - session.seenAtMs >= idleMs || now - session.createdAtMs >= maxMs) {
      await records.delete(key);
      throw sessionEnded();
    }
    if (now - session.checkedAtMs >= recheckMs) return recheck(key, session, ip);
    if (now - session.seenAtMs < SEEN_EVERY_MS) return session;
    return records.update(key, (stored) => ({ ...stored, seenAtMs: Math.max(stored.seenAtMs, now) }));
  };

  return {
    claimLogin: (state) => store.lock(`login ${hashOf(state)}`, "claimed", CLAIMED_MS),
    async begin({ accessToken, refreshToken }, ip) {
      const viewer = await identify(accessToken, ip);
      if (!viewer) throw new LoginRefused("this user may not sign in", null);
      const id = randomBytes(32).toString("base64url");
      const now = clock.now();
      await records.create(hashOf(id), {
        viewer: { ...viewer, scopes: [...viewer.scopes] },
        createdAtMs: now,
        seenAtMs: now,
        checkedAtMs: now,
        refreshToken: refreshToken?.reveal() ?? null,
        pending: null,
        retryAtMs: 0,
      });
      return id;
    },
    async find(id, ip) {
      const key = hashOf(id);
      const { viewer, createdAtMs } = await current(key, ip);
      const isOpen = (): Promise<boolean> =>
        records.read(key).then(
          () => true,
          (error) => !(error instanceof Unauthenticated),
        );
      return { ...viewer, scopes: new Set(viewer.scopes), expiresAtMs: createdAtMs + maxMs, isOpen };
    },
    end: (id) => records.delete(hashOf(id)),
  };
}
