import { neverCancelled } from "../../core/cancellation.js";
import type { Clock } from "../../core/clock.js";
import type { Secret } from "../../core/secret.js";
import { UpstreamError } from "../errors.js";
import type { Transport } from "../http/transport.js";
import {
  type AppCredentials,
  appTokenAnswer,
  createAccessToken,
  type RequestToken,
  requestToken,
  tokenAnswer,
} from "./access-token.js";
import type { AppTickets } from "./app-ticket.js";
import type { ExpiringToken, TokenStore } from "./token-store.js";

/** Dependencies of a store app. */
export interface StoreAppParts {
  readonly transport: Transport;
  readonly credentials: AppCredentials;
  readonly tickets: AppTickets;
  readonly clock: Clock;
  /** Store of the app's own token, shared by all replicas. */
  readonly store: TokenStore;
}

const APP_TOKEN = "POST /open-apis/auth/v3/app_access_token";
const TENANT_TOKEN = "POST /open-apis/auth/v3/tenant_access_token";
/** Codes for a ticket that is not the newest. */
const BAD_TICKET_CODES: readonly number[] = [10012];
/** Codes for an app_access_token that Feishu does not accept. */
const BAD_APP_TOKEN_CODES: readonly number[] = [10013, 99991664];

/**
 * Returns the token requests of a store app (商店应用), by tenant. Each uses the app's own token, which the app gets with
 * the ticket received by event.
 * @see https://open.feishu.cn/document/server-docs/authentication-management/access-token/tenant_access_token
 */
export function createStoreApp(parts: StoreAppParts): (tenantKey: string) => RequestToken {
  const { transport, clock, store } = parts;
  const appToken = createAccessToken(() => requestAppToken(parts), clock, store);
  return (tenantKey) => () =>
    twiceAtMost(
      BAD_APP_TOKEN_CODES,
      () => appToken.get(neverCancelled),
      (token) => {
        const body = { app_access_token: token.reveal(), tenant_key: tenantKey };
        const refused = "this tenant has not installed the app, or has suspended it";
        return requestToken(transport, TENANT_TOKEN, body, tokenAnswer, refused);
      },
      (token) => appToken.invalidate(token),
    );
}

/** Requests the app's own token. */
const requestAppToken = ({ transport, credentials, tickets }: StoreAppParts): Promise<ExpiringToken> =>
  twiceAtMost(
    BAD_TICKET_CODES,
    () => tickets.get(),
    (ticket) => {
      const { appId, appSecret } = credentials;
      const body = { app_id: appId, app_secret: appSecret.reveal(), app_ticket: ticket.reveal() };
      return requestToken(transport, APP_TOKEN, body, appTokenAnswer);
    },
    (ticket) => tickets.refuse(ticket),
  );

/**
 * Sends a request with a credential that may be outdated. If Feishu returns one of `codes`, drops the credential and
 * retries once with the next one.
 */
async function twiceAtMost(
  codes: readonly number[],
  get: () => Promise<Secret>,
  ask: (key: Secret) => Promise<ExpiringToken>,
  forget: (key: Secret) => void,
): Promise<ExpiringToken> {
  const first = await get();
  try {
    return await ask(first);
  } catch (error) {
    if (!isOneOf(error, codes)) throw error;
    forget(first);
    return ask(await get());
  }
}

const isOneOf = (error: unknown, codes: readonly number[]): boolean =>
  error instanceof UpstreamError && codes.includes(error.upstream?.code ?? 0);
