import { type Answer, fieldViolation, success } from "./answers.js";
import { USER } from "./bodies/templates/user.js";
import { findMarker } from "./task-list.js";
import type { Marker, World } from "./world.js";

type Query = Readonly<Record<string, unknown>>;

const MAX_USERS = 50;
const MAX_BASIC_USERS = 10;
/** Id types of Contacts, which does not know people_admin_id. */
const ID_TYPES = ["open_id", "union_id", "user_id"];

const listOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : value === undefined ? [] : [value]).map(String);

/**
 * Answers `GET /open-apis/contact/v3/users/batch`. Unknown users are missing, and the order is not that of the request.
 */
export function listUsers(world: World, query: Query): Answer {
  const ids = listOf(query.user_ids);
  if (ids.length === 0 || ids.length > MAX_USERS) return fieldViolation("user_ids", ids.length, "1 to 50 ids");
  const found = findAll(world, ids, query.user_id_type);
  return "httpStatus" in found ? found : success({ items: found.map(userBody).reverse() });
}

/** Answers `POST /open-apis/contact/v3/users/basic_batch`. */
export function listBasicUsers(world: World, query: Query, body: Query): Answer {
  const ids = listOf(body.user_ids);
  if (ids.length === 0 || ids.length > MAX_BASIC_USERS) return fieldViolation("user_ids", ids.length, "1 to 10 ids");
  const idType = String(query.user_id_type ?? "open_id") as keyof Marker["ids"];
  const found = findAll(world, ids, idType);
  if ("httpStatus" in found) return found;
  const users = found.map(({ ids: known, name }) => ({
    user_id: known[idType],
    name: name.zh,
    i18n_name: i18nName(name),
  }));
  return success({ users });
}

function findAll(world: World, ids: readonly string[], type: unknown): Marker[] | Answer {
  const idType = String(type ?? "open_id");
  if (!ID_TYPES.includes(idType)) return fieldViolation("user_id_type", idType, `options: [${ID_TYPES.join(",")}]`);
  return ids.flatMap((id) => findMarker(world, idType, id) ?? []);
}

const i18nName = ({ zh, en }: Marker["name"]) => ({ zh_cn: zh, en_us: en, ja_jp: en });

const userBody = ({ ids: { open_id, union_id, user_id }, name }: Marker) => ({
  ...USER,
  open_id,
  union_id,
  user_id,
  name: name.zh,
  en_name: name.en,
  email: `${user_id}@example.test`,
});
