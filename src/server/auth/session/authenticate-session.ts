import type { Caller } from "../../../authz/viewer.js";
import { type Authenticate, authenticateNobody, Unauthenticated } from "../authenticate.js";
import type { SessionCookie } from "./cookies.js";
import type { Sessions } from "./sessions.js";

/**
 * Creates an authenticator that takes the session of a browser, and leaves other callers to `others`. Where callers need
 * no authentication, a browser whose session has ended is one of them.
 */
export function authenticateSessions(sessions: Sessions, cookie: SessionCookie, others: Authenticate): Authenticate {
  const find = async (cookies: string | undefined, ip: string): Promise<Caller> => {
    const id = cookie.read(cookies);
    if (id === null) throw new Unauthenticated("the session is not of this service: sign in again");
    return sessions.find(id, ip);
  };
  return async (credentials) => {
    const { authorization, cookies, ip } = credentials;
    if (authorization.length > 0 || !cookie.isSent(cookies)) return others(credentials);
    try {
      return await find(cookies, ip);
    } catch (error) {
      if (error instanceof Unauthenticated && others === authenticateNobody) return null;
      throw error;
    }
  };
}
