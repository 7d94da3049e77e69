import type { Redis } from "ioredis";
import type { AppConfig } from "../config/config.js";
import type { Clock } from "../core/clock.js";
import { type AccessToken, createAccessToken, type RequestToken, selfBuiltToken } from "../feishu/auth/access-token.js";
import { type AppTickets, createAppTickets } from "../feishu/auth/app-ticket.js";
import { createStoreApp } from "../feishu/auth/store-app.js";
import { createTicketStore, createTokenStore, noTicketStore, noTokenStore } from "../feishu/auth/token-store.js";
import type { Transport } from "../feishu/http/transport.js";

/** The name of a tenant in keys: no two tenants and no two apps share one. */
export const tenantId = (appId: string, tenantKey: string | null): string =>
  tenantKey === null ? appId : `${appId}/${tenantKey}`;

/** The app's access tokens, by tenant. */
export interface AccessTokens {
  /** Opens the token of one tenant: the app's own with `null`, and a store app's customer by its key. */
  open(tenantKey: string | null): AccessToken;
  /** A store app's tickets; `null` for a self-built app. */
  readonly tickets: AppTickets | null;
}

/** Dependencies of access tokens. */
export interface AccessTokensParts {
  readonly config: AppConfig;
  readonly clock: Clock;
  readonly transport: Transport;
  /** Connection through which replicas share tokens and tickets; `null` without Redis. */
  readonly redis: Redis | null;
}

/** Access tokens of a self-built app, or of a store app, which gets one for each customer from its ticket. */
export function createAccessTokens({ config, clock, transport, redis }: AccessTokensParts): AccessTokens {
  const { credentials, appType } = config;
  const { appId, appSecret } = credentials;
  const storeOf = (owner: string) => (redis ? createTokenStore({ redis, clock, owner, appSecret }) : noTokenStore);
  const openWith = (request: RequestToken, tenantKey: string | null): AccessToken =>
    createAccessToken(request, clock, storeOf(tenantId(appId, tenantKey)));
  if (appType === "self_built") {
    const request = selfBuiltToken(transport, credentials);
    return { tickets: null, open: (tenantKey) => openWith(request, tenantKey) };
  }
  const ticketStore = redis ? createTicketStore({ redis, owner: appId, appSecret }) : noTicketStore;
  const tickets = createAppTickets({ transport, credentials, clock, store: ticketStore });
  const requestFor = createStoreApp({ transport, credentials, tickets, clock, store: storeOf(`${appId}:app`) });
  return {
    tickets,
    open(tenantKey) {
      if (tenantKey === null) throw new Error("a store app has no tenant of its own");
      return openWith(requestFor(tenantKey), tenantKey);
    },
  };
}

/** The token of a client that calls with users' tokens alone. */
export const noAccessToken = (clock: Clock): AccessToken =>
  createAccessToken(() => Promise.reject(new Error("this client has no token of the app")), clock);
