import { createDecipheriv, createHash, timingSafeEqual } from "node:crypto";
import type { Secret } from "../../core/secret.js";

/** Secrets with which Feishu signs, encrypts and marks its events; at least one is set. */
export interface WebhookSecrets {
  /** App that the events are for. */
  readonly appId: string;
  readonly encryptKey: Secret | null;
  readonly verificationToken: Secret | null;
}

/** One event, from either of Feishu's two envelopes. */
export interface FeishuEvent {
  /** Same id for each delivery of the event. */
  readonly id: string;
  /** Event type, such as `hire.talent.deleted_v1` or `app_ticket`. */
  readonly type: string;
  /** Tenant of the event; `null` in envelopes of version 1, which store apps receive for themselves. */
  readonly tenantKey: string | null;
  /** Content of the event, unchecked. */
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Message from Feishu: a challenge to echo when the address is registered, or an event to acknowledge. */
export type WebhookMessage =
  | { readonly kind: "challenge"; readonly challenge: string }
  | { readonly kind: "event"; readonly event: FeishuEvent };

/** Rejection of a request that is not from Feishu or cannot be trusted. It never repeats the request's content. */
export class RefusedWebhook extends Error {
  override readonly name = "RefusedWebhook";
  readonly statusCode: 400 | 401;

  constructor(statusCode: 400 | 401, message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}

/** Headers that carry the signature. */
export interface SignatureHeaders {
  readonly timestamp: string | undefined;
  readonly nonce: string | undefined;
  readonly signature: string | undefined;
}

/**
 * Maximum age of a request. Feishu redelivers an unacknowledged event for some seven hours, and does not say whether it
 * signs it again. Older requests are rejected; duplicates of younger ones are recognized by their ids.
 */
export const REPLAY_WINDOW_MS = 8 * 3_600_000;
/** Tolerated clock difference. */
const MAX_AHEAD_MS = 5 * 60_000;

/**
 * Reads a request from Feishu, from its raw bytes.
 * @throws {RefusedWebhook} when it is not signed, not encrypted, altered, too old, or for another app.
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
    if (typeof message.challenge !== "string") throw new RefusedWebhook(400, "the challenge is not a string");
    return { kind: "challenge", challenge: message.challenge };
  }
  return { kind: "event", event: toEvent(message, header, secrets.appId) };
}

/**
 * Reads an unsigned request. With a key, Feishu signs its events; only the challenge of an address being registered is
 * unsigned. Every other request gets the same error, which must not reveal how far decryption succeeded.
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

/** Returns whether the request has a signature, and rejects an invalid one. */
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
    throw new RefusedWebhook(401, "the signature is invalid");
  }
  const ageMs = nowMs - Number(timestamp) * 1000;
  if (!(ageMs <= REPLAY_WINDOW_MS && ageMs >= -MAX_AHEAD_MS))
    throw new RefusedWebhook(401, "the timestamp is more than 8 hours old or more than 5 minutes ahead");
  return true;
}

/** Decrypts a message. With a key Feishu encrypts all messages, so one in plaintext is not from Feishu. */
function open(message: Readonly<Record<string, unknown>>, { encryptKey }: WebhookSecrets) {
  if (!encryptKey) return message;
  if (typeof message.encrypt !== "string") throw new RefusedWebhook(401, "the request is not encrypted");
  return parseObject(decrypt(message.encrypt, encryptKey));
}

const IV_BYTES = 16;

/**
 * Decrypts AES-256-CBC with the hash of the key; the first block is the initialization vector.
 * @throws {RefusedWebhook} when the message was encrypted with another key.
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
  if (!timingSafeEqual(given, wanted)) throw new RefusedWebhook(401, "the verification token is invalid");
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
    throw new RefusedWebhook(400, "the request is not an event");
  }
  if (app !== appId) throw new RefusedWebhook(401, "the event belongs to another app");
  return { id, type, tenantKey: typeof header.tenant_key === "string" ? header.tenant_key : null, payload };
}

function parseObject(bytes: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(bytes.toString("utf8"));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Rejected below.
  }
  throw new RefusedWebhook(400, "the body is not a JSON object");
}

const objectOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? { ...value } : {};
