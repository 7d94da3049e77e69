import type { GraphQLFieldResolver } from "graphql";
import { badArgument } from "../args.js";
import type { GraphContext } from "../context.js";
import { REFERENCE_RESOLVERS } from "./references.js";

/**
 * Resolves `Query._entities`: the entity of each representation, in the same order. A value that is not an object, or
 * not of an entity type, is an error of its own. It costs the others nothing.
 */
export const resolveEntities: GraphQLFieldResolver<unknown, GraphContext> = (_, { representations }, context, info) =>
  (representations as readonly unknown[]).map(async (representation) => {
    if (!isRepresentation(representation)) {
      throw badArgument("representations", `objects with a __typename of ${TYPES.join(", ")}`, representation);
    }
    const { __typename } = representation;
    const entity = await REFERENCE_RESOLVERS[__typename]?.(representation, context, info);
    return entity ? { ...entity, __typename } : null;
  });

const TYPES = Object.keys(REFERENCE_RESOLVERS);

type Representation = Readonly<Record<string, unknown>> & { readonly __typename: string };

const isRepresentation = (value: unknown): value is Representation =>
  typeof value === "object" &&
  value !== null &&
  "__typename" in value &&
  typeof value.__typename === "string" &&
  TYPES.includes(value.__typename);
