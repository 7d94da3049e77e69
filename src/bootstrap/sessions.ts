import { createHmac } from "node:crypto";
import type { Viewer } from "../authz/viewer.js";
import type { AppConfig } from "../config/config.js";
import { neverCancelled } from "../core/cancellation.js";
import type { Clock } from "../core/clock.js";
import { Secret } from "../core/secret.js";
import type { OAuthClient } from "../feishu/authen/oauth.js";
import { listUsers } from "../feishu/contact/users.js";
import type { SessionCookie } from "../server/auth/session/cookies.js";
import type { Seal } from "../server/auth/session/seal.js";
import type { Sessions } from "../server/auth/session/sessions.js";
import type { Tenants } from "./tenants.js";
import type { Upstream } from "./upstream.js";

/** Dependencies of sessions. */
export interface WebSessionParts {
  readonly config: AppConfig;
  readonly clock: Clock;
  readonly upstream: Upstream;
  readonly tenants: Tenants;
}

/** Sessions of web apps, with what their routes need. */
export interface WebSessions {
  readonly sessions: Sessions;
  readonly cookie: SessionCookie;
  readonly loginSeal: Seal;
  readonly oauth: OAuthClient;
}

/** True where browsers can sign in: `AUTH_MODE=session`, and beside anonymous callers on the sandbox. */
export const hasSessions = ({ session, isSandbox, auth }: AppConfig): boolean =>
  session.isOn || (isSandbox && auth.mode === "none");

/** Opens the sessions. Their modules load on demand, because they delay the first response. */
export async function openSessions({ config, clock, upstream, tenants }: WebSessionParts): Promise<WebSessions> {
  const [{ createSessions }, { createMemoryStore, createRedisStore }, { createSeal }, { createSessionCookie }] =
    await Promise.all([
      import("../server/auth/session/sessions.js"),
      import("../server/auth/session/store.js"),
      import("../server/auth/session/seal.js"),
      import("../server/auth/session/cookies.js"),
    ]);
  const { session, credentials } = config;
  const secrets = session.secrets ?? [derivedSecret(credentials.appSecret)];
  const oauth = await upstream.openOAuth(session.accountsUrl);
  const sessions = createSessions({
    clock,
    store: upstream.redis ? createRedisStore(upstream.redis, credentials.appId) : createMemoryStore(clock.now),
    seal: createSeal(secrets, "session"),
    lifetimes: session.lifetimes,
    oauth,
    identify: await identifyWith({ config, clock, upstream, tenants }),
  });
  const isSecure = !!session.publicUrl?.startsWith("https:");
  return { sessions, oauth, cookie: createSessionCookie(secrets, isSecure), loginSeal: createSeal(secrets, "login") };
}

/** Returns the lookup of who owns a user's token, and what they may see. */
async function identifyWith({ config, clock, upstream, tenants }: WebSessionParts) {
  const [{ admit }, { scopesOf }] = await Promise.all([
    import("../server/auth/authenticate-feishu.js"),
    import("../server/auth/session/scopes.js"),
  ]);
  const { session, deadlineMs } = config;
  return async (accessToken: Secret, ip: string): Promise<Viewer | null> => {
    const identity = await upstream.identify(accessToken, ip);
    const viewer = identity && admit(identity, session.tenantKey);
    if (!viewer) return null;
    const lookUp = async (openId: string) => {
      const context = { caller: `sign-in ${ip}`, deadlineMs: clock.now() + deadlineMs, signal: neverCancelled };
      const [entry] = await listUsers(tenants.of(viewer).send, [openId], "open_id", context);
      return entry ?? null;
    };
    return { ...viewer, scopes: await scopesOf(session.scopes, viewer.userId, lookUp) };
  };
}

/** On the sandbox there is nothing to protect, and nothing to configure. */
const derivedSecret = (appSecret: Secret): Secret =>
  new Secret(createHmac("sha256", appSecret.reveal()).update("feishu-hire-graphql session").digest("base64url"));
