import { createHash, randomBytes } from "node:crypto";
import type { FastifyInstance, FastifyReply } from "fastify";
import { SANDBOX_SECRET } from "./access-tokens.js";
import type { Answer } from "./answers.js";
import type { SignInService } from "./sign-in.js";
import type { Marker, World } from "./world.js";

const AUTHORIZE_URL = "/open-apis/authen/v1/authorize";
export const OAUTH_TOKEN_URL = "/open-apis/authen/v2/oauth/token";

const CODE_LIVES_MS = 300_000;
const ACCESS_LIVES_S = 7200;
const REFRESH_LIVES_S = 604_800;

interface Grant {
  readonly clientId: string;
  readonly marker: Marker;
  readonly redirectUri: string;
  readonly challenge: string | null;
  readonly issuedAtMs: number;
  isUsed: boolean;
}

interface Refresh {
  readonly clientId: string;
  readonly marker: Marker;
  isUsed: boolean;
}

/** Simulated authorization server of Feishu: consent page, codes, tokens. */
export interface AuthorizationService {
  /** People who may not use the app: their codes are refused with 20010. */
  readonly withoutAccess: Set<string>;
  /** Refuses every refresh from now on, as after a revocation. */
  revokeAll(): void;
  /** Issues a code as the consent page does. */
  issueCode(query: Readonly<Record<string, unknown>>, openId: string): string;
  /** Answers `POST /open-apis/authen/v2/oauth/token`. */
  token(body: unknown): Answer;
}

/** Feishu's errors: RFC 6749's name, with a code of its own. */
const refusal = (code: number, error: string, error_description: string): Answer => ({
  httpStatus: 400,
  body: { code, error, error_description },
});

/** Creates the service; codes, and tokens by refresh, work once. */
export function createAuthorizationService(
  world: World,
  signIn: SignInService,
  now: () => number,
): AuthorizationService {
  const codes = new Map<string, Grant>();
  const refreshes = new Map<string, Refresh>();
  const withoutAccess = new Set<string>();

  const issue = (clientId: string, marker: Marker, scope: unknown): Answer => {
    const refresh_token = `ur-${randomBytes(24).toString("hex")}`;
    refreshes.set(refresh_token, { clientId, marker, isUsed: false });
    return {
      httpStatus: 200,
      body: {
        code: 0,
        access_token: signIn.issueUserToken(marker),
        expires_in: ACCESS_LIVES_S,
        refresh_token,
        refresh_token_expires_in: REFRESH_LIVES_S,
        token_type: "Bearer",
        scope: String(scope ?? "offline_access"),
      },
    };
  };

  const byCode = (body: Readonly<Record<string, unknown>>): Answer => {
    const grant = codes.get(String(body.code));
    if (!grant) return refusal(20003, "invalid_grant", "The authorization code is not found.");
    if (grant.isUsed) return refusal(20065, "invalid_grant", "The authorization code has been used.");
    grant.isUsed = true;
    if (grant.clientId !== body.client_id) return refusal(20024, "invalid_grant", "The code is of another app.");
    if (now() - grant.issuedAtMs >= CODE_LIVES_MS) return refusal(20004, "invalid_grant", "The code has expired.");
    if (grant.redirectUri !== body.redirect_uri) return refusal(20071, "invalid_grant", "redirect_uri does not match.");
    if (grant.challenge !== null && challengeOf(body.code_verifier) !== grant.challenge)
      return refusal(20049, "invalid_grant", "PKCE code challenge failed.");
    const { marker } = grant;
    if (withoutAccess.has(marker.ids.open_id))
      return refusal(20010, "invalid_grant", "The user has no access to the app.");
    return issue(grant.clientId, marker, body.scope);
  };

  const byRefresh = (body: Readonly<Record<string, unknown>>): Answer => {
    const found = refreshes.get(String(body.refresh_token));
    if (!found) return refusal(20026, "invalid_grant", "The refresh token is invalid.");
    if (found.clientId !== body.client_id) return refusal(20024, "invalid_grant", "The token is of another app.");
    if (found.isUsed) return refusal(20073, "invalid_grant", "The refresh token has been used.");
    found.isUsed = true;
    return issue(found.clientId, found.marker, body.scope);
  };

  return {
    withoutAccess,
    revokeAll: () => refreshes.clear(),
    issueCode({ client_id, redirect_uri, code_challenge }, openId) {
      const marker = world.markers.find(({ ids }) => ids.open_id === openId);
      if (!marker) throw new Error("there is no such person");
      const code = randomBytes(32).toString("base64url");
      const challenge = typeof code_challenge === "string" ? code_challenge : null;
      const grant = { clientId: String(client_id), marker, redirectUri: String(redirect_uri), challenge };
      codes.set(code, { ...grant, issuedAtMs: now(), isUsed: false });
      return code;
    },
    token(given) {
      const body = (typeof given === "object" && given !== null ? given : {}) as Readonly<Record<string, unknown>>;
      for (const name of ["grant_type", "client_id", "client_secret"])
        if (typeof body[name] !== "string")
          return refusal(20001, "invalid_request", `The parameter ${name} is missing.`);
      if (body.client_secret !== SANDBOX_SECRET)
        return refusal(20002, "invalid_client", "The client secret is invalid.");
      if (body.grant_type === "authorization_code") return byCode(body);
      if (body.grant_type === "refresh_token") return byRefresh(body);
      return refusal(20036, "unsupported_grant_type", "The grant type is not supported.");
    },
  };
}

function challengeOf(verifier: unknown): string | null {
  if (typeof verifier !== "string" || !/^[\w.~-]{43,128}$/.test(verifier)) return null;
  return createHash("sha256").update(verifier).digest("base64url");
}

/** Adds the consent page "Who are you?" and what its buttons lead to. */
export function addAuthorizationPage(app: FastifyInstance, world: World, service: AuthorizationService): void {
  app.get<{ Querystring: Record<string, unknown> }>(AUTHORIZE_URL, async ({ query }, reply) => {
    const problem = problemOf(query);
    if (problem) return reply.code(400).type("text/plain").send(problem);
    const { as, deny } = query;
    if (deny !== undefined) return back(reply, query, { error: "access_denied" });
    if (typeof as !== "string") return reply.type("text/html; charset=utf-8").send(pageOf(world.markers, query));
    if (!world.markers.some(({ ids }) => ids.open_id === as)) return reply.code(400).send("there is no such person");
    return back(reply, query, { code: service.issueCode(query, as) });
  });
}

/** Checks the parameters as Feishu documents them. */
function problemOf(query: Readonly<Record<string, unknown>>): string | null {
  const { client_id, response_type, redirect_uri, code_challenge, code_challenge_method = "plain" } = query;
  if (typeof client_id !== "string" || client_id === "") return "client_id is missing";
  if (response_type !== "code") return "response_type must be code";
  if (typeof redirect_uri !== "string" || !URL.canParse(redirect_uri)) return "redirect_uri is missing (20029)";
  if (code_challenge === undefined) return null;
  if (!["S256", "plain"].includes(String(code_challenge_method))) return "code_challenge_method must be S256 or plain";
  return /^[\w.~-]{43,128}$/.test(String(code_challenge)) ? null : "code_challenge must have 43 to 128 characters";
}

function back(
  reply: FastifyReply,
  query: Readonly<Record<string, unknown>>,
  result: Record<string, string>,
): FastifyReply {
  const url = new URL(String(query.redirect_uri));
  for (const [name, value] of Object.entries(result)) url.searchParams.set(name, value);
  if (typeof query.state === "string") url.searchParams.set("state", query.state);
  return reply.redirect(String(url));
}

/** Number of people whom the page shows. */
const SHOWN = 7;

function pageOf(markers: readonly Marker[], query: Readonly<Record<string, unknown>>): string {
  const link = (more: Record<string, string>): string =>
    escapeHtml(`?${new URLSearchParams({ ...(query as Record<string, string>), ...more })}`);
  const people = markers
    .slice(0, SHOWN)
    .map(
      ({ name, ids, tasks }) =>
        `<li><a href="${link({ as: ids.open_id })}">${escapeHtml(`${name.zh} ${name.en}`)}</a> <small>${tasks.length} tasks</small></li>`,
    );
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Sandbox: who are you?</title><link rel="icon" href="data:,">
<style>body{font:16px system-ui,sans-serif;max-width:28rem;margin:3rem auto;padding:0 1rem}li{margin:.6rem 0}small{color:#666}</style>
<h1>Who are you?</h1><p>This page plays Feishu's login (飞书登录). All people are invented.</p>
<ul>${people.join("")}</ul><p><a href="${link({ deny: "1" })}">Refuse consent</a></p></html>`;
}

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
