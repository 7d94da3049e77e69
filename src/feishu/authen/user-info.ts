import type { Secret } from "../../core/secret.js";
import type { CallContext } from "../call.js";
import type { Send } from "../client.js";
import { shape, text } from "../decode/decode.js";
import { type Infer } from "../decode/decoder.js";
import { ENDPOINTS } from "../endpoints.js";
import { UpstreamError } from "../errors.js";

const userInfo = shape({
  name: text,
  openId: text,
  unionId: text,
  userId: text,
  tenantKey: text,
  avatarUrl: ["avatar_middle", text],
});

/** Owner of a user_access_token. */
export type UserInfo = Infer<typeof userInfo>;

/** Codes for a token that is not accepted, or whose owner may not sign in. Most of them come with HTTP 200. */
const REFUSED_CODES: readonly number[] = [
  20001, 20005, 20008, 20021, 20022, 20023, 20026, 99991661, 99991663, 99991664, 99991668, 99991671, 99991677, 99991679,
];

/** Form of a token. It is sent in a header, so only up to 4 kB of visible characters pass. */
const TOKEN = /^[\x21-\x7e]{1,4096}$/;

/**
 * Returns the owner of a token, or `null` if it is malformed or refused. One call; its quota is not documented.
 * @throws {UpstreamError} when Feishu gives no usable response.
 * @see https://open.feishu.cn/document/server-docs/authentication-management/login-state-management/get
 */
export async function getUserInfo(send: Send, bearer: Secret, context: CallContext): Promise<UserInfo | null> {
  if (!TOKEN.test(bearer.reveal())) return null;
  const call = { endpoint: ENDPOINTS.userInfo, decode: userInfo, bearer, absentCodes: REFUSED_CODES };
  const info = await send(call, context);
  if (info && !info.openId) throw new UpstreamError("UPSTREAM_CONTRACT", "the response has no open_id", null);
  return info;
}
