import type { GraphQLFieldResolver, GraphQLSchema } from "graphql";
import { badArgument } from "./args.js";
import type { BackDoors, GraphContext } from "./context.js";
import { RequestError } from "./errors.js";
import { REFERENCE_RESOLVERS } from "./references.js";

/**
 * Makes `_entities` sort out representations that are none (not an object, or of a type that is not an entity here) before
 * the subgraph library sees them: each is an error of its own, and costs the others nothing.
 */
export function guardEntities(schema: GraphQLSchema): void {
  const field = schema.getQueryType()?.getFields()._entities;
  if (!field?.resolve) throw new Error("the schema has no _entities: it is no subgraph");
  const resolve = field.resolve;
  field.resolve = openOnly("_entities", (async (source, { representations, ...args }, context, info) => {
    const came = representations as readonly unknown[];
    const known = came.filter(isRepresentation);
    const entities = (await resolve(source, { ...args, representations: known }, context, info)) as unknown[];
    const inOrder = entities[Symbol.iterator]();
    return came.map((item) => (isRepresentation(item) ? inOrder.next().value : notARepresentation(item)));
  }) satisfies GraphQLFieldResolver<unknown, GraphContext>);
}

/** Keeps `_service` to those who may be told the schema. */
export function guardService(schema: GraphQLSchema): void {
  const field = schema.getQueryType()?.getFields()._service;
  if (!field?.resolve) throw new Error("the schema has no _service: it is no subgraph");
  field.resolve = openOnly("_service", field.resolve);
}

/** @throws {RequestError} `FORBIDDEN`, at no call, where the door is not open. */
const openOnly =
  (name: keyof BackDoors, resolve: GraphQLFieldResolver<unknown, GraphContext>): typeof resolve =>
  (source, args, context, info) => {
    if (context.backDoors[name]) return resolve(source, args, context, info);
    throw new RequestError("FORBIDDEN", `${name} is for routers that show the gateway's secret`);
  };

const TYPES = Object.keys(REFERENCE_RESOLVERS);

const isRepresentation = (value: unknown): boolean =>
  typeof value === "object" &&
  value !== null &&
  "__typename" in value &&
  typeof value.__typename === "string" &&
  TYPES.includes(value.__typename);

const notARepresentation = (came: unknown): Error =>
  badArgument("representations", `objects with a __typename of ${TYPES.join(", ")}`, came);
