import type { GraphQLFieldResolver, GraphQLSchema } from "graphql";
import { badArgument } from "./args.js";
import { REFERENCE_RESOLVERS } from "./references.js";

/**
 * Makes `_entities` sort out representations that are none (not an object, or of a type that is not an entity here) before
 * the subgraph library sees them: each is an error of its own, and costs the others nothing.
 */
export function guardEntities(schema: GraphQLSchema): void {
  const field = schema.getQueryType()?.getFields()._entities;
  if (!field?.resolve) throw new Error("the schema has no _entities: it is no subgraph");
  const resolve = field.resolve;
  field.resolve = (async (source, { representations, ...args }, context, info) => {
    const came = representations as readonly unknown[];
    const known = came.filter(isRepresentation);
    const entities = (await resolve(source, { ...args, representations: known }, context, info)) as unknown[];
    const inOrder = entities[Symbol.iterator]();
    return came.map((item) => (isRepresentation(item) ? inOrder.next().value : notARepresentation(item)));
  }) satisfies GraphQLFieldResolver<unknown, unknown>;
}

const TYPES = Object.keys(REFERENCE_RESOLVERS);

const isRepresentation = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  "__typename" in value &&
  typeof value.__typename === "string" &&
  TYPES.includes(value.__typename);

const notARepresentation = (came: unknown): Error =>
  badArgument("representations", `objects with a __typename of ${TYPES.join(", ")}`, came);
