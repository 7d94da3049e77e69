import { createCipheriv, createHash, randomBytes, randomUUID } from "node:crypto";

/** Webhook address of an app, with the secrets that sign and encrypt its events. */
export interface Subscription {
  readonly url: string;
  readonly encryptKey?: string;
  readonly verificationToken?: string;
}

/** Request as it is sent. */
export interface WebhookRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Content of an event. */
export interface SandboxEvent {
  readonly appId: string;
  /** Event type, such as `hire.talent.deleted_v1`; `app_ticket` uses the older envelope. */
  readonly type: string;
  readonly tenantKey?: string;
  readonly event?: object;
  /** Event id, the same for each delivery; a new one if omitted. */
  readonly id?: string;
}

/** Service that sends events as Feishu does. */
export interface EventService {
  /** Registers the address of an app. Feishu would first request an echo from it. */
  subscribe(appId: string, subscription: Subscription): void;
  /** Returns the request that carries an event to its app's address. */
  request(event: SandboxEvent): WebhookRequest;
  /** Sends an event and returns the response; sends nothing to an app without an address. */
  send(event: SandboxEvent): Promise<Response | null>;
  /** Requests the echo that Feishu requires when an address is registered. */
  challenge(appId: string, challenge: string): Promise<Response | null>;
}

/** Creates an event service on an injected clock. */
export function createEventService(now: () => number): EventService {
  const subscriptions = new Map<string, Subscription>();
  const subscriptionOf = (appId: string): Subscription => subscriptions.get(appId) ?? { url: "" };
  const post = async (appId: string, { headers, body }: WebhookRequest): Promise<Response | null> => {
    const { url } = subscriptionOf(appId);
    return url === "" ? null : fetch(url, { method: "POST", headers, body });
  };
  const service: EventService = {
    subscribe: (appId, subscription) => void subscriptions.set(appId, subscription),
    request(event) {
      const subscription = subscriptionOf(event.appId);
      return sign(envelope(event, subscription, now()), subscription, now());
    },
    send: (event) => post(event.appId, service.request(event)),
    challenge(appId, challenge) {
      const { verificationToken: token = "", encryptKey } = subscriptionOf(appId);
      const message = { challenge, token, type: "url_verification" };
      const body = JSON.stringify(encryptKey ? { encrypt: encrypt(JSON.stringify(message), encryptKey) } : message);
      return post(appId, { headers: JSON_HEADERS, body });
    },
  };
  return service;
}

const JSON_HEADERS = { "content-type": "application/json;charset=utf-8" };

function envelope(
  { appId, type, tenantKey = "", event = {}, id = randomUUID() }: SandboxEvent,
  { verificationToken: token = "" }: Subscription,
  now: number,
): object {
  if (type === "app_ticket") {
    return {
      ts: String(now / 1000),
      uuid: id,
      token,
      type: "event_callback",
      event: { app_id: appId, type, ...event },
    };
  }
  const header = {
    event_id: id,
    event_type: type,
    create_time: String(now),
    token,
    app_id: appId,
    tenant_key: tenantKey,
  };
  return { schema: "2.0", header, event };
}

/** Encrypts a message, and signs the bytes that are sent. */
function sign(message: object, { encryptKey }: Subscription, now: number): WebhookRequest {
  if (encryptKey === undefined) return { headers: JSON_HEADERS, body: JSON.stringify(message) };
  const body = JSON.stringify({ encrypt: encrypt(JSON.stringify(message), encryptKey) });
  const timestamp = String(Math.floor(now / 1000));
  const nonce = randomBytes(6).toString("hex");
  const signature = createHash("sha256")
    .update(timestamp + nonce + encryptKey + body)
    .digest("hex");
  const signed = {
    "x-lark-request-timestamp": timestamp,
    "x-lark-request-nonce": nonce,
    "x-lark-signature": signature,
  };
  return { headers: { ...JSON_HEADERS, ...signed }, body };
}

function encrypt(text: string, encryptKey: string): string {
  const iv = randomBytes(16);
  const cipher = createCipheriv("aes-256-cbc", createHash("sha256").update(encryptKey).digest(), iv);
  return Buffer.concat([iv, cipher.update(text, "utf8"), cipher.final()]).toString("base64");
}
