import type { GraphQLFieldResolver, GraphQLSchema } from "graphql";
import { isObjectType } from "graphql";
import type { UserEntity } from "../../loaders/index.js";
import type { GraphContext } from "../context.js";
import { USER_REFERENCE_PROVIDES } from "../cost/users.js";
import { UserIdType } from "./type.js";

/**
 * Resolves every field of `User` that its reference does not provide by a directory lookup. Entities refer to users in
 * many places, and all of these lookups are gathered into batches of 50.
 */
export function resolveUserFields(schema: GraphQLSchema): void {
  const type = schema.getType("User");
  if (!isObjectType(type)) throw new Error("the schema has no User");
  for (const field of Object.values(type.getFields())) {
    if (!USER_REFERENCE_PROVIDES.has(field.name)) field.resolve = lookUp(field.name as keyof UserEntity);
  }
}

/** Id types by id field: the reference itself is an id of one type. */
const KIND_OF_ID: Readonly<Record<string, UserIdType>> = {
  openId: UserIdType.OPEN_ID,
  unionId: UserIdType.UNION_ID,
  userId: UserIdType.USER_ID,
};

const lookUp =
  (field: keyof UserEntity): GraphQLFieldResolver<UserEntity, GraphContext> =>
  async (user, _, { loaders }) => {
    if (KIND_OF_ID[field] === user.idType) return user.id;
    if (user[field] !== undefined && user[field] !== null) return user[field];
    const found = await loaders.user(user, new Set([field]));
    return found?.[field as keyof typeof found] ?? null;
  };
