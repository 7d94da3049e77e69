import { z } from "zod";
import type { Secret } from "../../secret.js";
import { decodeOrThrow, shape, text } from "../decode.js";
import { toUpstreamError, UpstreamError } from "../errors.js";
import type { Transport } from "../transport.js";

const userInfo = z.object({
  data: shape({ name: text, openId: text, unionId: text, userId: text, tenantKey: text }),
});

/** Who a user_access_token belongs to. */
export type UserInfo = z.output<typeof userInfo>["data"];

/** The token is not accepted, or belongs to nobody who may sign in. Most of these codes come with HTTP 200. */
const REFUSED_CODES: ReadonlySet<number> = new Set([
  20001, 20005, 20008, 20021, 20022, 20023, 99991661, 99991663, 99991668, 99991671, 99991677,
]);

/** What may stand in a header: a token is up to 4 kB of visible characters. */
const TOKEN = /^[\x21-\x7e]{1,4096}$/;

/**
 * Asks Feishu whose token this is; `null` when it is nobody's. One call, whose quota is not documented.
 * @throws {UpstreamError} when Feishu cannot say.
 * @see https://open.feishu.cn/document/server-docs/authentication-management/login-state-management/get
 */
export async function getUserInfo(transport: Transport, token: Secret, signal: AbortSignal): Promise<UserInfo | null> {
  if (!TOKEN.test(token.reveal())) return null;
  const path = "/open-apis/authen/v1/user_info";
  const headers = { authorization: `Bearer ${token.reveal()}` };
  const answer = await transport.send({ method: "GET", endpoint: `GET ${path}`, path, headers, signal });
  if (REFUSED_CODES.has(answer.code)) return null;
  if (answer.code !== 0) throw toUpstreamError(answer.upstream, answer.resetMs);
  const { data } = decodeOrThrow(userInfo, answer.body, answer.upstream);
  if (!data.openId) throw new UpstreamError("UPSTREAM_CONTRACT", "Feishu names no open_id", answer.upstream);
  return data;
}
