import { randomUUID } from "node:crypto";
import type { Viewer } from "../../../authz/viewer.js";
import type { Clock } from "../../../core/clock.js";
import { Secret } from "../../../core/secret.js";
import { LoginRefused, type OAuthClient } from "../../../feishu/authen/oauth.js";
import { UpstreamError } from "../../../feishu/errors.js";
import { type Records, type Session, sessionEnded } from "./records.js";
import type { SessionStore } from "./store.js";

/** Dependencies of rechecking. */
export interface RecheckParts {
  readonly clock: Clock;
  readonly store: SessionStore;
  readonly records: Records;
  readonly oauth: OAuthClient;
  /** Returns the viewer of a user's token with their scopes; `null` if they may not sign in. */
  readonly identify: (accessToken: Secret, ip: string) => Promise<Viewer | null>;
}

/** Life of the lock: more than a refresh, a look at the user and one at the directory can take together. */
const LOCK_MS = 60_000;
/** Time that a request waits for the recheck of another one. */
const WAIT_MS = 15_000;
const POLL_EVERY_MS = 50;
/** Pause after a recheck that failed: an outage of Feishu is not met with a call per request. */
const RETRY_AFTER_MS = 10_000;

/** Returns a function that refreshes a session and reads its user again, once for all requests of all replicas. */
export function createRecheck({ clock, store, records, oauth, identify }: RecheckParts) {
  const running = new Map<string, Promise<Session>>();

  /** Exchanges the refresh token, which dies by it. Stored before anything else can fail. */
  const refresh = async (key: string, { refreshToken }: Session): Promise<Session> => {
    if (refreshToken === null) throw new LoginRefused("the app may not refresh", null);
    const tokens = await oauth.refresh(new Secret(refreshToken));
    return records.update(key, (current) => ({
      ...current,
      refreshToken: tokens.refreshToken?.reveal() ?? null,
      pending: { accessToken: tokens.accessToken.reveal(), expiresAtMs: tokens.expiresAtMs },
    }));
  };

  const identifyAgain = async (key: string, session: Session, ip: string): Promise<Session> => {
    const isLiving = session.pending !== null && session.pending.expiresAtMs > clock.now();
    const { pending } = isLiving ? session : await refresh(key, session);
    const viewer = pending && (await identify(new Secret(pending.accessToken), ip));
    if (!viewer) throw new LoginRefused("this user may not sign in", null);
    return records.update(key, (current) => ({
      ...current,
      viewer: { ...viewer, scopes: [...viewer.scopes] },
      seenAtMs: clock.now(),
      checkedAtMs: clock.now(),
      pending: null,
    }));
  };

  const recheckOnce = async (key: string, since: Session, ip: string): Promise<Session> => {
    const session = await records.read(key);
    if (session.checkedAtMs > since.checkedAtMs) return session;
    if (session.retryAtMs > clock.now()) throw unavailable(session.retryAtMs - clock.now());
    try {
      return await identifyAgain(key, session, ip);
    } catch (error) {
      if (error instanceof LoginRefused) {
        await records.delete(key);
        throw sessionEnded();
      }
      if (error instanceof UpstreamError) {
        await records.update(key, (current) => ({ ...current, retryAtMs: clock.now() + RETRY_AFTER_MS }));
      }
      throw error;
    }
  };

  const recheckLocked = async (key: string, since: Session, ip: string): Promise<Session> => {
    const owner = randomUUID();
    for (let waitedMs = 0; waitedMs < WAIT_MS; waitedMs += POLL_EVERY_MS) {
      if (await store.lock(key, owner, LOCK_MS)) {
        try {
          return await recheckOnce(key, since, ip);
        } finally {
          await store.unlock(key, owner);
        }
      }
      await clock.sleep(POLL_EVERY_MS);
    }
    // Not the session as it was: its scopes may have been withdrawn.
    throw unavailable(RETRY_AFTER_MS);
  };

  return (key: string, since: Session, ip: string): Promise<Session> => {
    const known = running.get(key);
    if (known) return known;
    const recheck = recheckLocked(key, since, ip).finally(() => running.delete(key));
    running.set(key, recheck);
    return recheck;
  };
}

const unavailable = (retryAfterMs: number): UpstreamError =>
  new UpstreamError("UPSTREAM_UNAVAILABLE", "the session cannot be checked at present", null, { retryAfterMs });
