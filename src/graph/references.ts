import { badArgument, parseFeishuId, parseUserId } from "./args.js";
import type { GraphContext } from "./context.js";
import { UserIdType } from "./user/type.js";

/** How a federated router's representations become entities. */
export interface ReferenceResolver {
  __resolveReference(reference: Readonly<Record<string, unknown>>, context: GraphContext): unknown;
}

/** By type name. The graph's own resolvers cannot hold these: type-graphql knows nothing of federation. */
export const REFERENCE_RESOLVERS: Readonly<Record<string, ReferenceResolver>> = {
  Job: byId((id, { loaders }) => loaders.job.load(id)),
  Talent: byId((id, { loaders }) => loaders.talent.load(id)),
  Application: byId((id, { loaders }) => loaders.application.load(id)),
  User: {
    // Async, so that one that is wrong is an error of its own.
    __resolveReference: async ({ id, idType }) => ({
      id: parseUserId("representations.id", id),
      idType: parseIdType(idType),
    }),
  },
};

/** Representations carry an enum's names, not its values. */
function parseIdType(name: unknown): UserIdType {
  const found = Object.entries(UserIdType).find(([key]) => key === name);
  if (!found) throw badArgument("representations.idType", `one of ${Object.keys(UserIdType).join(", ")}`, name);
  return found[1];
}

function byId(load: (id: string, context: GraphContext) => Promise<object | null>): ReferenceResolver {
  return {
    async __resolveReference({ id }, context) {
      const entity = await load(parseFeishuId("representations.id", id), context);
      // The subgraph library writes `__typename` into what it gets, which must not be the loader's own copy.
      return entity && { ...entity };
    },
  };
}
