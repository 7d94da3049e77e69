import { randomBytes } from "node:crypto";
import { SANDBOX_SECRET, type TokenService } from "./access-tokens.js";
import type { EventService } from "./events.js";

type Flat = Readonly<Record<string, unknown>>;

/** Endpoints from which a store app (商店应用) gets its tokens. */
export interface StoreService {
  /** Answers `app_ticket/resend`; the ticket follows by event, a moment later. */
  resend(body: Flat): Flat;
  appToken(body: Flat): Flat;
  tenantToken(body: Flat): Flat;
  /** Marks a tenant as one that has uninstalled the app, or not installed it yet; `false` reverts this. */
  suspend(tenantKey: string, isSuspended: boolean): void;
  /** Creates a ticket and invalidates the old one. The new ticket is sent on request. */
  renewTicket(): void;
  /** Returns the newest ticket. */
  ticket(): string;
  /** Invalidates the app's own tokens. */
  expireAppTokens(): void;
}

/** Creates the endpoints of all store apps. One ticket is enough for all. */
export function createStoreService(tokens: TokenService, events: EventService): StoreService {
  const newTicket = (): string => `ticket-${randomBytes(12).toString("hex")}`;
  let ticket = newTicket();
  let appTokens = new Map<string, string>();
  const suspended = new Set<string>();
  const isKnown = ({ app_id, app_secret }: Flat): boolean =>
    typeof app_id === "string" && app_secret === SANDBOX_SECRET;
  return {
    resend(body) {
      if (!isKnown(body)) return { code: 10014, msg: "app secret invalid" };
      const appId = String(body.app_id);
      // Feishu pushes the ticket beside the response. An address that fails is its owner's concern.
      setImmediate(
        () => void events.send({ appId, type: "app_ticket", event: { app_ticket: ticket } }).catch(() => {}),
      );
      return { code: 0, msg: "success" };
    },
    appToken(body) {
      if (!isKnown(body)) return { code: 10014, msg: "app secret invalid" };
      if (body.app_ticket !== ticket) return { code: 10012, msg: "app_ticket invalid" };
      const value = `a-${randomBytes(12).toString("hex")}`;
      appTokens.set(value, String(body.app_id));
      return { code: 0, msg: "success", app_access_token: value, expire: 7140 };
    },
    tenantToken({ app_access_token, tenant_key }) {
      const appId = appTokens.get(String(app_access_token));
      if (!appId) return { code: 99991664, msg: "app_access_token invalid" };
      if (suspended.has(String(tenant_key))) return { code: 20009, msg: "the tenant has not installed the app" };
      return tokens.issue(appId, SANDBOX_SECRET, String(tenant_key));
    },
    suspend: (tenantKey, isSuspended) => void (isSuspended ? suspended.add(tenantKey) : suspended.delete(tenantKey)),
    renewTicket() {
      ticket = newTicket();
    },
    ticket: () => ticket,
    expireAppTokens() {
      appTokens = new Map();
    },
  };
}
