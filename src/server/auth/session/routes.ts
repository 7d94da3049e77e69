import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import { LoginRefused, type OAuthClient, type PendingLogin } from "../../../feishu/authen/oauth.js";
import { UpstreamError } from "../../../feishu/errors.js";
import type { CountOperation } from "../../graphql/operation-limit.js";
import { isOwnOrigin } from "../origin.js";
import type { SessionCookie } from "./cookies.js";
import type { Seal } from "./seal.js";
import type { Sessions } from "./sessions.js";

/** Options of the routes of signing in and out. */
export interface SessionRoutesOptions {
  readonly sessions: Sessions;
  readonly cookie: SessionCookie;
  /** Seals what a login has to remember. */
  readonly loginSeal: Seal;
  readonly oauth: OAuthClient;
  /** Address at which browsers see the service, without a slash at its end; `null`: the address of each request. */
  readonly publicUrl: string | null;
  readonly basePath: string;
  readonly countOperation: CountOperation;
  now(): number;
}

/** A login between its start and the redirect back. */
interface Login extends PendingLogin {
  readonly returnTo: string;
  readonly redirectUri: string;
  readonly startedAtMs: number;
}

/** Feishu's codes live for five minutes; the rest is for the user to decide. */
const LOGIN_WITHIN_MS = 600_000;
const MAX_RETURN_CHARS = 300;
/** Logins that may be under way in one browser. More cookies would make every request too large. */
const MAX_LOGINS = 3;
/** Feishu's code for a user without access to the app. */
const NO_ACCESS = 20010;

/** `GET /auth/login`, `GET /auth/callback` and `POST /auth/logout`. */
export const sessionRoutes: FastifyPluginAsync<SessionRoutesOptions> = async (app, options) => {
  const { sessions, cookie, loginSeal, oauth, publicUrl, basePath, countOperation, now } = options;
  /** Several logins may be under way in one browser: each has a cookie of its own. */
  const loginCookie = (state: string): string => `${cookie.prefix}login-${state.slice(0, 12)}`;
  const addressOf = ({ protocol, host }: FastifyRequest): string => publicUrl ?? `${protocol}://${host}${basePath}`;

  app.addHook("onRequest", async (_, reply) => {
    reply.headers({ "cache-control": "no-store", "referrer-policy": "no-referrer" });
  });

  app.get<{ Querystring: { returnTo?: unknown } }>("/auth/login", async (request, reply) => {
    const address = addressOf(request);
    const returnTo = parseReturnTo(request.query.returnTo, address);
    if (returnTo === null) return refuse(reply, 400, "returnTo must be a path of this service, such as /demo/");
    const redirectUri = `${address}/auth/callback`;
    const { url, state, verifier } = await oauth.start(redirectUri);
    const pending = Object.keys(request.cookies).filter((name) => name.startsWith(loginCookie("")));
    if (pending.length >= MAX_LOGINS) for (const name of pending) reply.clearCookie(name, cookie.attributes);
    const login: Login = { state, verifier, returnTo, redirectUri, startedAtMs: now() };
    reply.setCookie(loginCookie(state), await loginSeal.seal(login), {
      ...cookie.attributes,
      maxAge: LOGIN_WITHIN_MS / 1000,
    });
    return reply.redirect(url);
  });

  app.get("/auth/callback", async (request, reply) => {
    await countOperation(request, null);
    const params = new URL(request.url, "http://callback").searchParams;
    const name = loginCookie(params.get("state") ?? "");
    const sealed = request.cookies[name];
    const login = sealed === undefined ? null : ((await loginSeal.open(sealed)) as Login | null);
    if (!login || login.state !== params.get("state") || now() - login.startedAtMs >= LOGIN_WITHIN_MS) {
      return refuse(
        reply,
        400,
        "this login was not started in this browser, or too long ago: start again at /auth/login",
      );
    }
    reply.clearCookie(name, cookie.attributes);
    if (!(await sessions.claimLogin(login.state))) return refuse(reply, 400, "this login has been completed already");
    try {
      const tokens = await oauth.exchange(params, login, login.redirectUri);
      const id = await sessions.begin(tokens, request.ip);
      // The id that the browser had before is dead: nobody can have planted it.
      await endSession(request);
      reply.header("set-cookie", cookie.set(id));
      return reply.redirect(login.returnTo);
    } catch (error) {
      if (!(error instanceof LoginRefused || error instanceof UpstreamError)) throw error;
      request.log.info({ requestId: request.id, reason: error.message, code: error.code }, "Login refused");
      return reply.redirect(withLoginError(login.returnTo, loginErrorOf(error)));
    }
  });

  app.post("/auth/logout", async (request, reply) => {
    if (!isOwnOrigin(request, publicUrl)) return refuse(reply, 403, "only a page of this service may sign out");
    // The browser forgets the session even if the store cannot be reached.
    reply.header("set-cookie", cookie.clear());
    try {
      await endSession(request);
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      return reply.header("retry-after", 1).code(503).send({ message: error.message });
    }
    return reply.code(204).send();
  });

  async function endSession({ headers }: FastifyRequest): Promise<void> {
    const id = cookie.read(headers.cookie);
    if (id !== null) await sessions.end(id);
  }
};

/** Refuses with words; nothing of the request is repeated. */
const refuse = (reply: FastifyReply, status: number, message: string): FastifyReply =>
  reply.code(status).send({ message });

/**
 * Returns the path to go back to after login; `null` for anything that could lead to another site. Browsers read
 * backslashes as slashes and drop tabs and line ends.
 */
function parseReturnTo(value: unknown, address: string): string | null {
  const { origin, pathname } = new URL(address);
  const root = pathname.endsWith("/") ? pathname : `${pathname}/`;
  if (value === undefined || value === "") return root;
  if (typeof value !== "string" || value.length > MAX_RETURN_CHARS || !/^\/[!-[\]-~]*$/.test(value)) return null;
  const url = new URL(value, origin);
  const path = `${url.pathname}${url.search}${url.hash}`;
  // The result is checked as well: dots in a path may uncover two slashes at its start.
  const isOwn = [value, path].every((text) => !text.startsWith("//") && new URL(text, origin).origin === origin);
  return isOwn && `${url.pathname}/`.startsWith(root) ? path : null;
}

type LoginError = "denied" | "no_access" | "unavailable" | "refused";

function loginErrorOf(error: LoginRefused | UpstreamError): LoginError {
  if (error instanceof UpstreamError) return "unavailable";
  if (error.isDenied) return "denied";
  return error.code === NO_ACCESS ? "no_access" : "refused";
}

function withLoginError(returnTo: string, code: LoginError): string {
  const url = new URL(returnTo, "http://service");
  url.searchParams.set("login_error", code);
  return `${url.pathname}${url.search}${url.hash}`;
}
