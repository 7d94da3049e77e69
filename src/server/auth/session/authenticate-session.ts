import { type Authenticate, Unauthenticated } from "../authenticate.js";
import type { SessionCookie } from "./cookies.js";
import type { Sessions } from "./sessions.js";

/** Creates an authenticator that takes the session of a browser, and leaves other callers to `others`. */
export function authenticateSessions(sessions: Sessions, cookie: SessionCookie, others: Authenticate): Authenticate {
  return async (credentials) => {
    const { authorization, cookies, ip } = credentials;
    if (authorization.length > 0 || !cookie.isSent(cookies)) return others(credentials);
    const id = cookie.read(cookies);
    if (id === null) throw new Unauthenticated("the session is not of this service: sign in again");
    return sessions.find(id, ip);
  };
}
