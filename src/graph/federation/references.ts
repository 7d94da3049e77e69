import type { GraphQLResolveInfo } from "graphql";
import type { UserReference } from "../../loaders/index.js";
import { applicationFields } from "../application/fields.js";
import { badArgument, parseFeishuId, parseUserId } from "../args.js";
import type { GraphContext } from "../context.js";
import { selectionOf } from "../selection.js";
import { UserIdType } from "../user/type.js";

/** Loads the entity that a router's representation refers to; `null` if it does not exist. */
export type ReferenceResolver = (
  representation: Readonly<Record<string, unknown>>,
  context: GraphContext,
  info: GraphQLResolveInfo,
) => Promise<object | null>;

/** Reference resolvers by type name. The resolver classes cannot hold them: type-graphql does not know federation. */
export const REFERENCE_RESOLVERS: Readonly<Record<string, ReferenceResolver>> = {
  Job: byId((id, { loaders }, info) => loaders.job.load(id, selectionOf(info, "Job").names)),
  Talent: byId((id, { loaders }, info) => loaders.talent.load(id, selectionOf(info, "Talent").names)),
  Application: byId((id, { loaders }, info) =>
    loaders.application.load(id, applicationFields(selectionOf(info, "Application"))),
  ),
  User: async (representation, { loaders }) => {
    const reference = parseUserReference(representation);
    loaders.admit("user", reference.id);
    return reference;
  },
};

/** Parses either key of a user: `id` with its type, or `openId`. */
function parseUserReference({ id, idType, openId }: Readonly<Record<string, unknown>>): UserReference {
  if (id === undefined && openId !== undefined) {
    return { id: parseUserId("representations.openId", openId), idType: UserIdType.OPEN_ID };
  }
  return { id: parseUserId("representations.id", id), idType: parseIdType(idType) };
}

/** Parses an id type. Representations carry the names of an enum, not its values. */
function parseIdType(name: unknown): UserIdType {
  const found = Object.entries(UserIdType).find(([key]) => key === name);
  if (!found) throw badArgument("representations.idType", `one of ${Object.keys(UserIdType).join(", ")}`, name);
  return found[1];
}

type LoadById = (id: string, context: GraphContext, info: GraphQLResolveInfo) => Promise<object | null>;

function byId(load: LoadById): ReferenceResolver {
  return async ({ id }, context, info) => load(parseFeishuId("representations.id", id), context, info);
}
