import { type CancelSignal, neverCancelled } from "../../core/cancellation.js";
import type { Clock } from "../../core/clock.js";
import { Secret } from "../../core/secret.js";
import { shape } from "../decode/decode.js";
import { type Decoder, int32, string } from "../decode/decoder.js";
import { toUpstreamError, UpstreamError } from "../errors.js";
import type { Transport } from "../http/transport.js";
import { abortable } from "./abortable.js";
import { type ExpiringToken, noTokenStore, type TokenStore } from "./token-store.js";

/** Where calls get the tenant's access token from. */
export interface AccessToken {
  /**
   * A token that is valid now. However many ask at once, one request is made.
   * @throws {UpstreamError} `UPSTREAM_PERMISSION_MISSING` when Feishu refuses the app's id or secret.
   */
  get(signal: CancelSignal): Promise<Secret>;
  /** The same, if it is at hand: nobody has to wait for it then. */
  held(): Secret | null;
  /** Whether Feishu has refused the app lately; asks nobody. */
  isRefused(): boolean;
  /** Forgets `token`, unless a newer one has already taken its place. */
  invalidate(token: Secret): void;
}

/** An app's credentials. */
export interface AppCredentials {
  readonly appId: string;
  readonly appSecret: Secret;
}

const ENDPOINT = "POST /open-apis/auth/v3/tenant_access_token/internal";
/**
 * Feishu returns the same token until its last 30 minutes, and a new one from then on while the old one lives on: renewing
 * a few minutes early costs nothing and never cuts a call off.
 */
const RENEW_EARLY_MS = 3 * 60_000;

/** The flat answers of the token endpoints. `expire` is the remaining life in seconds, not always 7200. */
const tokenIn = (name: string) =>
  shape({
    value: [name, string().refine((value) => /^[\x21-\x7e]+$/.test(value), "visible characters")],
    expire: int32.refine((seconds) => seconds > 0, "more than 0"),
  });

/** An answer with a tenant_access_token. */
export const tokenAnswer = tokenIn("tenant_access_token");

/** An answer with an app_access_token. */
export const appTokenAnswer = tokenIn("app_access_token");

interface HeldToken {
  readonly value: Secret;
  readonly renewAtMs: number;
  readonly expiresAtMs: number;
}

/** Asks Feishu for a token. */
export type RequestToken = () => Promise<ExpiringToken>;

/** An app that Feishu has refused is not asked for anew by every call: so many milliseconds it stays refused. */
const REFUSED_FOR_MS = 10_000;

/** So many failures in a row may be one that is gone the next moment. */
const HARMLESS_FAILURES = 2;
const FAILED_FOR_MS = 1000;

/** How long nobody asks again: no budget stands before these requests. */
function backoffMs({ code, retryAfterMs }: UpstreamError, failures: number): number {
  if (code === "UPSTREAM_PERMISSION_MISSING") return REFUSED_FOR_MS;
  return retryAfterMs ?? (failures > HARMLESS_FAILURES ? FAILED_FOR_MS : 0);
}

/** A token that is asked for by one at a time, held while it lives, and renewed beside the calls. */
export function createAccessToken(request: RequestToken, clock: Clock, store: TokenStore = noTokenStore): AccessToken {
  let held: HeldToken | undefined;
  let renewal: Promise<HeldToken> | undefined;
  /** The token that Feishu has refused last: it must not come back from the store. */
  let refused: string | undefined;
  let failures = 0;
  let refusal: { readonly error: UpstreamError; readonly untilMs: number } | undefined;
  const isGood = ({ value, expiresInMs }: ExpiringToken): boolean =>
    value.reveal() !== refused && (expiresInMs > RENEW_EARLY_MS || !held);
  const renew = (): Promise<HeldToken> => {
    const askedAtMs = clock.now();
    if (refusal && askedAtMs < refusal.untilMs) return Promise.reject(refusal.error);
    renewal ??= store
      .get(isGood, request)
      .then(({ value, expiresInMs }) => {
        held = {
          value,
          renewAtMs: askedAtMs + Math.max(expiresInMs - RENEW_EARLY_MS, expiresInMs / 2),
          expiresAtMs: askedAtMs + expiresInMs,
        };
        failures = 0;
        return held;
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
  const atHand = (): Secret | null => {
    const now = clock.now();
    if (!held || now >= held.expiresAtMs) return null;
    // Renewed beside the calls, which go on with the good token; should it fail, the next call tries again.
    if (now >= held.renewAtMs) renew().catch(() => {});
    return held.value;
  };
  return {
    held: atHand,
    isRefused: () =>
      refusal?.error.code === "UPSTREAM_PERMISSION_MISSING" && clock.now() < refusal.untilMs && atHand() === null,
    get: async (signal) => atHand() ?? (await abortable(renew(), signal)).value,
    invalidate(token) {
      refused = token.reveal();
      if (held?.value.reveal() === refused) held = undefined;
    },
  };
}

/**
 * How a self-built app (自建应用) gets its tenant_access_token.
 * @see https://open.feishu.cn/document/server-docs/authentication-management/access-token/tenant_access_token_internal
 */
export const selfBuiltToken =
  (transport: Transport, app: AppCredentials): RequestToken =>
  () =>
    requestToken(transport, ENDPOINT, { app_id: app.appId, app_secret: app.appSecret.reveal() }, tokenAnswer);

/**
 * Sends a request for a token.
 * @throws {UpstreamError} when Feishu gives none; `refused` says what that means.
 */
export async function requestToken(
  transport: Transport,
  endpoint: string,
  body: object,
  reader: Decoder<{ readonly value: string; readonly expire: number }>,
  refused = "Feishu gave no access token",
): Promise<ExpiringToken> {
  const answer = await transport.send({
    method: "POST",
    endpoint,
    path: endpoint.slice("POST ".length),
    headers: {},
    body,
    // The request is shared by all who wait for it, so no single caller may cancel it; the attempt's timeout bounds it.
    signal: neverCancelled,
  });
  if (answer.code !== 0) {
    throw toUpstreamError(answer.upstream, answer.resetMs, `${refused} (code ${answer.code})`);
  }
  const { value, expire } = reader.decode(answer.body, answer.upstream);
  return { value: new Secret(value), expiresInMs: expire * 1000 };
}
