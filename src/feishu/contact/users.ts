import type { CallContext } from "../call.js";
import type { Send } from "../client.js";
import { dayOfSeconds, flag, i18nText, int, list, maybe, personal, seconds, shape, text } from "../decode/decode.js";
import { Decoder, type Infer, string } from "../decode/decoder.js";
import { ENDPOINTS } from "../endpoints.js";

/** A contact's name, which has a third language. */
const contactName = maybe(shape({ zhCn: text, enUs: text, jaJp: text }));

const customAttribute = shape({
  id: text,
  type: text,
  value: maybe(
    shape({
      text,
      url: text,
      pcUrl: text,
      optionId: text,
      optionValue: text,
      name: text,
      pictureUrl: text,
      genericUser: maybe(shape({ id: text, type: int })),
    }),
  ),
});

const departmentName = maybe(shape({ name: text, i18nName: contactName }));

/** First day of a colleague; Feishu sends 0 for one that was cleared. */
const firstDay = new Decoder((value) => dayOfSeconds.read(value === 0 ? null : value));

const user = shape({
  unionId: text,
  userId: text,
  openId: text,
  name: text,
  enName: text,
  nickname: text,
  email: personal(text),
  mobile: personal(text),
  mobileVisible: flag,
  gender: int,
  avatarKey: text,
  avatar: maybe(
    shape({
      size72: ["avatar_72", text],
      size240: ["avatar_240", text],
      size640: ["avatar_640", text],
      original: ["avatar_origin", text],
    }),
  ),
  status: maybe(shape({ isFrozen: flag, isResigned: flag, isActivated: flag, isExited: flag, isUnjoin: flag })),
  departmentIds: list(string()),
  leaderId: ["leader_user_id", text],
  city: text,
  country: text,
  workStation: text,
  joinTime: seconds,
  joinDate: ["join_time", firstDay],
  isTenantManager: flag,
  employeeNo: text,
  employeeType: int,
  orders: list(
    shape({ departmentId: text, userOrder: int, departmentOrder: int, isPrimary: ["is_primary_dept", flag] }),
  ),
  customAttributes: ["custom_attrs", list(customAttribute)],
  enterpriseEmail: personal(text),
  jobTitle: text,
  isFrozen: flag,
  geo: text,
  jobLevelId: text,
  jobFamilyId: text,
  subscriptionIds: list(string()),
  assignments: [
    "assign_info",
    list(
      shape({
        subscriptionId: text,
        licensePlanKey: text,
        productName: text,
        i18nName: contactName,
        startTime: seconds,
        endTime: seconds,
      }),
    ),
  ],
  departmentPath: list(
    shape({
      departmentId: text,
      departmentName,
      path: [
        "department_path",
        maybe(shape({ departmentIds: list(string()), name: ["department_path_name", departmentName] })),
      ],
    }),
  ),
  dottedLineLeaderIds: ["dotted_line_leader_user_ids", list(string())],
});

/** A person of the directory (通讯录); fields without permission are silently `null`. */
export type UserData = Infer<typeof user>;

/** Kinds of user id that contacts accept. */
export type ContactIdType = "open_id" | "union_id" | "user_id";

/** Maximum ids per call. */
export const MAX_USERS = 50;

const usersAnswer = shape({ items: list(user.lenient()) });

/**
 * Returns up to 50 users in no particular order. Users that do not exist, or that the app may not see, are missing. One
 * call; quota: 50 a second and 1000 a minute.
 * @see https://open.feishu.cn/document/server-docs/contact-v3/user/batch (2025-07-15)
 */
export async function listUsers(
  send: Send,
  ids: readonly string[],
  userIdType: ContactIdType,
  context: CallContext,
): Promise<readonly UserData[]> {
  const query = { user_ids: ids, user_id_type: userIdType };
  return (await send({ endpoint: ENDPOINTS.users, query, decode: usersAnswer }, context)).items;
}

/** Maximum ids per call for names. */
export const MAX_BASIC_USERS = 10;

const basicUser = shape({ id: ["user_id", text], name: text, i18nName: i18nText });

const basicUsersAnswer = shape({ users: list(basicUser.lenient()) });

/** A person's name, without other fields. */
export type BasicUserData = Infer<typeof basicUser>;

/**
 * Returns the names of up to 10 users, the least access that an app can be granted. One call; quota: 5 a second.
 * @see https://open.feishu.cn/document/server-docs/contact-v3/user/basic_batch (2026-03-10)
 */
export async function listBasicUsers(
  send: Send,
  ids: readonly string[],
  userIdType: ContactIdType,
  context: CallContext,
): Promise<readonly BasicUserData[]> {
  const call = {
    endpoint: ENDPOINTS.basicUsers,
    query: { user_id_type: userIdType },
    body: { user_ids: ids },
    decode: basicUsersAnswer,
  };
  return (await send(call, context)).users;
}
