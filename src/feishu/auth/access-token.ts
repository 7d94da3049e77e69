import { type CancelSignal, neverCancelled } from "../../core/cancellation.js";
import type { Clock } from "../../core/clock.js";
import { Secret } from "../../core/secret.js";
import { shape } from "../decode/decode.js";
import { type Decoder, int32, string } from "../decode/decoder.js";
import { toUpstreamError, UpstreamError } from "../errors.js";
import type { Transport } from "../http/transport.js";
import { abortable } from "./abortable.js";
import { type ExpiringToken, noTokenStore, type TokenStore } from "./token-store.js";

/** Source of the tenant's access token. */
export interface AccessToken {
  /**
   * Returns a token that is valid now. Concurrent callers share one request.
   * @throws {UpstreamError} `UPSTREAM_PERMISSION_MISSING` when Feishu refuses the app's id or secret.
   */
  get(signal: CancelSignal): Promise<Secret>;
  /** Returns the cached token without waiting, or `null`. */
  cached(): Secret | null;
  /** Returns whether Feishu has refused the app recently; makes no request. */
  isRefused(): boolean;
  /** Drops `token`, unless a newer one has already replaced it. */
  invalidate(token: Secret): void;
}

/** Credentials of an app. */
export interface AppCredentials {
  readonly appId: string;
  readonly appSecret: Secret;
}

const ENDPOINT = "POST /open-apis/auth/v3/tenant_access_token/internal";
/**
 * Feishu returns the same token until its last 30 minutes. Then it issues a new one while the old one stays valid.
 * Renewing a few minutes early costs nothing and never interrupts a call.
 */
const RENEW_EARLY_MS = 3 * 60_000;

/**
 * Creates a decoder for the flat responses of the token endpoints. `expire` is the remaining lifetime in seconds, not
 * always 7200.
 */
const tokenIn = (name: string) =>
  shape({
    value: [name, string().refine((value) => /^[\x21-\x7e]+$/.test(value), "visible characters")],
    expire: int32.refine((seconds) => seconds > 0, "more than 0"),
  });

/** Decoder for a response with a tenant_access_token. */
export const tokenAnswer = tokenIn("tenant_access_token");

/** Decoder for a response with an app_access_token. */
export const appTokenAnswer = tokenIn("app_access_token");

interface CachedToken {
  readonly value: Secret;
  readonly renewAtMs: number;
  readonly expiresAtMs: number;
}

/** Requests a token from Feishu. */
export type RequestToken = () => Promise<ExpiringToken>;

/** Milliseconds of backoff after Feishu refuses the app, so that not every call repeats the request. */
const REFUSED_FOR_MS = 10_000;

/** Consecutive failures without backoff, because they may be momentary. */
const HARMLESS_FAILURES = 2;
const FAILED_FOR_MS = 1000;

/** Returns the backoff before the next request. No quota limits these requests. */
function backoffMs({ code, retryAfterMs }: UpstreamError, failures: number): number {
  if (code === "UPSTREAM_PERMISSION_MISSING") return REFUSED_FOR_MS;
  return retryAfterMs ?? (failures > HARMLESS_FAILURES ? FAILED_FOR_MS : 0);
}

/** Creates a token source that coalesces requests, caches the token while valid and renews it in the background. */
export function createAccessToken(request: RequestToken, clock: Clock, store: TokenStore = noTokenStore): AccessToken {
  let cached: CachedToken | undefined;
  let renewal: Promise<CachedToken> | undefined;
  /** Last token that Feishu refused; the store must not bring it back. */
  let refused: string | undefined;
  let failures = 0;
  let refusal: { readonly error: UpstreamError; readonly untilMs: number } | undefined;
  const isGood = ({ value, expiresInMs }: ExpiringToken): boolean =>
    value.reveal() !== refused && (expiresInMs > RENEW_EARLY_MS || !cached);
  const renew = (): Promise<CachedToken> => {
    const requestedAtMs = clock.now();
    if (refusal && requestedAtMs < refusal.untilMs) return Promise.reject(refusal.error);
    renewal ??= store
      .get(isGood, request)
      .then(({ value, expiresInMs }) => {
        cached = {
          value,
          renewAtMs: requestedAtMs + Math.max(expiresInMs - RENEW_EARLY_MS, expiresInMs / 2),
          expiresAtMs: requestedAtMs + expiresInMs,
        };
        failures = 0;
        return cached;
      })
      .catch((error: unknown) => {
        failures += 1;
        if (error instanceof UpstreamError) refusal = { error, untilMs: clock.now() + backoffMs(error, failures) };
        throw error;
      })
      .finally(() => {
        renewal = undefined;
      });
    return renewal;
  };
  const validToken = (): Secret | null => {
    const now = clock.now();
    if (!cached || now >= cached.expiresAtMs) return null;
    // Renews in the background while calls use the valid token. If the renewal fails, the next call retries it.
    if (now >= cached.renewAtMs) renew().catch(() => {});
    return cached.value;
  };
  return {
    cached: validToken,
    isRefused: () =>
      refusal?.error.code === "UPSTREAM_PERMISSION_MISSING" && clock.now() < refusal.untilMs && validToken() === null,
    get: async (signal) => validToken() ?? (await abortable(renew(), signal)).value,
    invalidate(token) {
      refused = token.reveal();
      if (cached?.value.reveal() === refused) cached = undefined;
    },
  };
}

/**
 * Returns the token request of a self-built app (自建应用), for its tenant_access_token.
 * @see https://open.feishu.cn/document/server-docs/authentication-management/access-token/tenant_access_token_internal
 */
export const selfBuiltToken =
  (transport: Transport, app: AppCredentials): RequestToken =>
  () =>
    requestToken(transport, ENDPOINT, { app_id: app.appId, app_secret: app.appSecret.reveal() }, tokenAnswer);

/**
 * Sends a token request.
 * @throws {UpstreamError} when Feishu returns no token; `refused` is the message for a refusal.
 */
export async function requestToken(
  transport: Transport,
  endpoint: string,
  body: object,
  decoder: Decoder<{ readonly value: string; readonly expire: number }>,
  refused = "Feishu returned no access token",
): Promise<ExpiringToken> {
  const answer = await transport.send({
    method: "POST",
    endpoint,
    path: endpoint.slice("POST ".length),
    headers: {},
    body,
    // All waiters share the request, so no single caller may cancel it. The attempt's timeout bounds it.
    signal: neverCancelled,
  });
  if (answer.code !== 0) {
    throw toUpstreamError(answer.upstream, answer.resetMs, `${refused} (code ${answer.code})`);
  }
  const { value, expire } = decoder.decode(answer.body, answer.upstream);
  return { value: new Secret(value), expiresInMs: expire * 1000 };
}
