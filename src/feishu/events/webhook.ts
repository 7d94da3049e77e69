import { createDecipheriv, createHash, timingSafeEqual } from "node:crypto";
import type { Secret } from "../../core/secret.js";

/** What Feishu signs, encrypts and marks its events with; at least one is there. */
export interface WebhookSecrets {
  /** The app these events are for. */
  readonly appId: string;
  readonly encryptKey: Secret | null;
  readonly verificationToken: Secret | null;
}

/** One event, whichever of Feishu's two envelopes it came in. */
export interface FeishuEvent {
  /** The same for each time that it is delivered. */
  readonly id: string;
  /** Such as `hire.talent.deleted_v1` or `app_ticket`. */
  readonly type: string;
  /** Whose it is; `null` in envelopes of version 1, which store apps get for themselves. */
  readonly tenantKey: string | null;
  /** What it says, unchecked. */
  readonly payload: Readonly<Record<string, unknown>>;
}

/** What Feishu wants: an echo when the address is entered, or that an event is heard. */
export type WebhookMessage =
  | { readonly kind: "challenge"; readonly challenge: string }
  | { readonly kind: "event"; readonly event: FeishuEvent };

/** A request that is not Feishu's, or not one that may be trusted. It never repeats what came. */
export class RefusedWebhook extends Error {
  override readonly name = "RefusedWebhook";
  readonly statusCode: 400 | 401;

  constructor(statusCode: 400 | 401, message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}

/** The headers that a signature stands in. */
export interface SignatureHeaders {
  readonly timestamp: string | undefined;
  readonly nonce: string | undefined;
  readonly signature: string | undefined;
}

/**
 * Feishu delivers again for some seven hours what was not acknowledged, and does not say whether it signs anew. What is older
 * is refused; of what is younger, copies are known by their ids.
 */
export const REPLAY_WINDOW_MS = 8 * 3_600_000;
/** Clocks differ. */
const MAX_AHEAD_MS = 5 * 60_000;

/**
 * Reads a request of Feishu's, from its raw bytes.
 * @throws {RefusedWebhook} when it is not signed, not encrypted, altered, too old, or for somebody else.
 * @see Feishu's documentation, "Event subscription guide" (事件订阅概述)
 */
export function readWebhook(
  body: Buffer,
  headers: SignatureHeaders,
  secrets: WebhookSecrets,
  nowMs: number,
): WebhookMessage {
  const isSigned = checkSignature(body, headers, secrets, nowMs);
  if (secrets.encryptKey && !isSigned) return readUnsigned(body, secrets);
  const message = open(parseObject(body), secrets);
  const header = objectOf(message.header);
  checkToken(header.token ?? message.token, secrets);
  if (message.type === "url_verification") {
    if (typeof message.challenge !== "string") throw new RefusedWebhook(400, "the challenge is no text");
    return { kind: "challenge", challenge: message.challenge };
  }
  return { kind: "event", event: toEvent(message, header, secrets.appId) };
}

/**
 * Where there is a key Feishu signs its events; only an address that is being entered is asked without a signature. All else is
 * refused in the same words: how far it could be decrypted must not be told.
 */
function readUnsigned(body: Buffer, secrets: WebhookSecrets): WebhookMessage {
  try {
    const { type, token, challenge } = open(parseObject(body), secrets);
    checkToken(token, secrets);
    if (type === "url_verification" && typeof challenge === "string") return { kind: "challenge", challenge };
  } catch (error) {
    if (!(error instanceof RefusedWebhook)) throw error;
  }
  throw new RefusedWebhook(401, "the request is not signed");
}

/** Whether there is a signature, which is then good. */
function checkSignature(
  body: Buffer,
  { timestamp, nonce, signature }: SignatureHeaders,
  { encryptKey }: WebhookSecrets,
  nowMs: number,
): boolean {
  if (!encryptKey || signature === undefined) return false;
  const signed = createHash("sha256")
    .update(`${timestamp ?? ""}${nonce ?? ""}${encryptKey.reveal()}`)
    .update(body)
    .digest();
  const given = Buffer.from(/^[0-9a-f]{64}$/i.test(signature) ? signature : "", "hex");
  if (given.length !== signed.length || !timingSafeEqual(given, signed)) {
    throw new RefusedWebhook(401, "the signature is wrong");
  }
  const ageMs = nowMs - Number(timestamp) * 1000;
  if (!(ageMs <= REPLAY_WINDOW_MS && ageMs >= -MAX_AHEAD_MS))
    throw new RefusedWebhook(401, "the request is not of today");
  return true;
}

/** Feishu encrypts where there is a key: what came in the clear is somebody else's. */
function open(message: Readonly<Record<string, unknown>>, { encryptKey }: WebhookSecrets) {
  if (!encryptKey) return message;
  if (typeof message.encrypt !== "string") throw new RefusedWebhook(401, "the request is not encrypted");
  return parseObject(decrypt(message.encrypt, encryptKey));
}

const IV_BYTES = 16;

/**
 * AES-256-CBC with the hash of the key, the first block being the initial vector.
 * @throws {RefusedWebhook} when it was encrypted with another key.
 */
export function decrypt(encrypted: string, encryptKey: Secret): Buffer {
  const bytes = Buffer.from(encrypted, "base64");
  try {
    const key = createHash("sha256").update(encryptKey.reveal()).digest();
    const decipher = createDecipheriv("aes-256-cbc", key, bytes.subarray(0, IV_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES)), decipher.final()]);
  } catch {
    throw new RefusedWebhook(401, "the request was encrypted with another key");
  }
}

function checkToken(token: unknown, { verificationToken }: WebhookSecrets): void {
  if (!verificationToken) return;
  const [given, wanted] = [String(token ?? ""), verificationToken.reveal()].map((text) =>
    createHash("sha256").update(text).digest(),
  ) as [Buffer, Buffer];
  if (!timingSafeEqual(given, wanted)) throw new RefusedWebhook(401, "the verification token is wrong");
}

function toEvent(
  message: Readonly<Record<string, unknown>>,
  header: Readonly<Record<string, unknown>>,
  appId: string,
): FeishuEvent {
  const payload = objectOf(message.event);
  const [id, type, app] =
    message.schema === "2.0"
      ? [header.event_id, header.event_type, header.app_id]
      : [message.uuid, payload.type, payload.app_id];
  if (typeof id !== "string" || id === "" || typeof type !== "string") {
    throw new RefusedWebhook(400, "the request is no event");
  }
  if (app !== appId) throw new RefusedWebhook(401, "the event is another app's");
  return { id, type, tenantKey: typeof header.tenant_key === "string" ? header.tenant_key : null, payload };
}

function parseObject(bytes: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Said below.
  }
  throw new RefusedWebhook(400, "the body is no JSON object");
}

const objectOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? { ...value } : {};
