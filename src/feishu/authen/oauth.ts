import * as oauth from "oauth4webapi";
import { neverCancelled } from "../../core/cancellation.js";
import type { Clock } from "../../core/clock.js";
import { Secret } from "../../core/secret.js";
import { toUpstreamError, UpstreamError } from "../errors.js";
import type { Transport } from "../http/transport.js";

const AUTHORIZE_PATH = "/open-apis/authen/v1/authorize";
const TOKEN_PATH = "/open-apis/authen/v2/oauth/token";
const TOKEN_ENDPOINT = `POST ${TOKEN_PATH}`;
/** Scope that makes Feishu issue refresh tokens. */
const SCOPE = "offline_access";

/** Codes for a code, a refresh token or a user that Feishu does not accept. All others are faults of the moment, or ours. */
const REFUSED_CODES: ReadonlySet<number> = new Set([
  20003, 20004, 20008, 20010, 20024, 20026, 20037, 20049, 20064, 20065, 20066, 20071, 20073,
]);

/** Tokens of one user. */
export interface UserTokens {
  readonly accessToken: Secret;
  readonly expiresAtMs: number;
  /** `null` when the app may not refresh. */
  readonly refreshToken: Secret | null;
}

/** Values that a login remembers until Feishu sends the browser back. */
export interface PendingLogin {
  readonly state: string;
  readonly verifier: string;
}

/** Feishu, the browser or the user has refused a login or a refresh. */
export class LoginRefused extends Error {
  override readonly name = "LoginRefused";
  /** Feishu's code, such as 20010 for a user without access to the app; `null` when the redirect itself was refused. */
  readonly code: number | null;
  /** The user has said no. */
  readonly isDenied: boolean;

  constructor(message: string, code: number | null, isDenied = false) {
    super(message);
    this.code = code;
    this.isDenied = isDenied;
  }
}

/** Client of Feishu's OAuth 2 with PKCE. */
export interface OAuthClient {
  /** Starts a login: what to remember, and where to send the browser. */
  start(redirectUri: string): Promise<PendingLogin & { readonly url: string }>;
  /**
   * Exchanges the code of a redirect for tokens. One call.
   * @throws {LoginRefused} also for a foreign or replayed `state`; {UpstreamError} when Feishu gives no usable response.
   */
  exchange(callback: URLSearchParams, pending: PendingLogin, redirectUri: string): Promise<UserTokens>;
  /**
   * Exchanges a refresh token, which dies by it, for new tokens. One call.
   * @throws like `exchange`.
   */
  refresh(token: Secret): Promise<UserTokens>;
}

/** Dependencies of the client. */
export interface OAuthParts {
  readonly transport: Transport;
  readonly clock: Clock;
  /** Host of the authorization page, such as `https://accounts.feishu.cn`. */
  readonly accountsUrl: string;
  readonly credentials: { readonly appId: string; readonly appSecret: Secret };
}

/**
 * Creates a client of Feishu's authorization server.
 * @see https://open.feishu.cn/document/authentication-management/access-token/get-user-access-token (v2, 2025)
 */
export function createOAuthClient({ transport, clock, accountsUrl, credentials }: OAuthParts): OAuthClient {
  const server = { issuer: accountsUrl, token_endpoint: `${accountsUrl}${TOKEN_PATH}` };
  const client = { client_id: credentials.appId };
  const authentication = oauth.ClientSecretPost(credentials.appSecret.reveal());
  const options = { [oauth.customFetch]: sendAsJson(transport), [oauth.allowInsecureRequests]: true };

  const toTokens = ({ access_token, refresh_token, expires_in }: oauth.TokenEndpointResponse): UserTokens => ({
    accessToken: new Secret(access_token),
    expiresAtMs: clock.now() + Number(expires_in ?? 0) * 1000,
    refreshToken: refresh_token ? new Secret(refresh_token) : null,
  });
  return {
    async start(redirectUri) {
      const [state, verifier] = [oauth.generateRandomState(), oauth.generateRandomCodeVerifier()];
      const url = new URL(AUTHORIZE_PATH, accountsUrl);
      url.search = String(
        new URLSearchParams({
          client_id: credentials.appId,
          response_type: "code",
          redirect_uri: redirectUri,
          scope: SCOPE,
          state,
          code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
          code_challenge_method: "S256",
        }),
      );
      return { state, verifier, url: String(url) };
    },
    exchange: (callback, { state, verifier }, redirectUri) =>
      refusing(async () => {
        const params = oauth.validateAuthResponse(server, client, callback, state);
        const request = [server, client, authentication, params, redirectUri, verifier, options] as const;
        const response = await oauth.authorizationCodeGrantRequest(...request);
        return toTokens(await oauth.processAuthorizationCodeResponse(server, client, response));
      }),
    refresh: (token) =>
      refusing(async () => {
        const response = await oauth.refreshTokenGrantRequest(server, client, authentication, token.reveal(), options);
        return toTokens(await oauth.processRefreshTokenResponse(server, client, response));
      }),
  };
}

/** Sends the library's form as the JSON that Feishu documents, through the transport with its limits and proxy. */
const sendAsJson =
  (transport: Transport) =>
  async (_: string, { body }: { readonly body?: unknown }): Promise<Response> => {
    const {
      httpStatus,
      body: answer,
      code,
      upstream,
      resetMs,
    } = await transport.send({
      method: "POST",
      endpoint: TOKEN_ENDPOINT,
      path: TOKEN_PATH,
      headers: {},
      body: Object.fromEntries(body as URLSearchParams),
      signal: neverCancelled,
    });
    // Feishu's code decides, whatever the HTTP status: only a refused grant or user ends a login or a session.
    if (REFUSED_CODES.has(code)) throw new LoginRefused("Feishu refused the login", code);
    if (code !== 0) throw toUpstreamError(upstream, resetMs);
    return new Response(JSON.stringify(answer), {
      status: httpStatus,
      headers: { "content-type": "application/json" },
    });
  };

/** Translates the library's errors. None of them repeats a code or a token. */
async function refusing<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof oauth.AuthorizationResponseError) {
      throw new LoginRefused(`Feishu refused the login: ${error.error}`, null, error.error === "access_denied");
    }
    if (error instanceof UpstreamError || error instanceof LoginRefused) throw error;
    if (error instanceof oauth.OperationProcessingError && error.code === oauth.INVALID_RESPONSE) {
      throw new LoginRefused("the redirect does not belong to this login", null);
    }
    const upstream = { endpoint: TOKEN_ENDPOINT, httpStatus: null, code: null, logId: null };
    throw new UpstreamError("UPSTREAM_UNAVAILABLE", "the login could not be completed", upstream, { cause: error });
  }
}
