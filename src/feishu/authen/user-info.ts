import type { CancelSignal } from "../../cancellation.js";
import type { Secret } from "../../secret.js";
import type { Payer } from "../call.js";
import { nullIfAbsent, type Send } from "../client.js";
import { shape, text } from "../decode.js";
import { ENDPOINTS } from "../endpoints.js";
import { UpstreamError } from "../errors.js";
import { type Read } from "../reader.js";

const userInfo = shape({ name: text, openId: text, unionId: text, userId: text, tenantKey: text });

/** Who a user_access_token belongs to. */
export type UserInfo = Read<typeof userInfo>;

/** The token is not accepted, or belongs to nobody who may sign in. Most of these codes come with HTTP 200. */
const REFUSED_CODES: readonly number[] = [
  20001, 20005, 20008, 20021, 20022, 20023, 20026, 99991661, 99991663, 99991664, 99991668, 99991671, 99991677, 99991679,
];

/** What may stand in a header: a token is up to 4 kB of visible characters. */
const TOKEN = /^[\x21-\x7e]{1,4096}$/;

/**
 * Asks Feishu whose token this is; `null` when it is nobody's. One call, whose quota is not documented.
 * @throws {UpstreamError} when Feishu cannot say.
 * @see https://open.feishu.cn/document/server-docs/authentication-management/login-state-management/get
 */
export async function getUserInfo(
  send: Send,
  bearer: Secret,
  payer: Payer,
  signal: CancelSignal,
): Promise<UserInfo | null> {
  if (!TOKEN.test(bearer.reveal())) return null;
  const answer = send({ endpoint: ENDPOINTS.userInfo, decode: userInfo, bearer, payer, signal });
  const info = await nullIfAbsent(REFUSED_CODES, answer);
  if (info && !info.openId) throw new UpstreamError("UPSTREAM_CONTRACT", "Feishu names no open_id", null);
  return info;
}
