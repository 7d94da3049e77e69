import { printSchemaWithDirectives } from "@graphql-tools/utils";
import {
  extendSchema,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  isObjectType,
  isUnionType,
  Kind,
  lexicographicSortSchema,
  parse,
  print,
  visit,
} from "graphql";
import type { GatewayAccess, GraphContext } from "../context.js";
import { RequestError } from "../errors.js";
import { federationDefinitions, LINK } from "./definitions.js";
import { resolveEntities } from "./entities.js";

/** Prints the SDL of a schema for routers and `schema.graphql`. */
export const printSubgraph = (base: GraphQLSchema): string =>
  `${printSchemaWithDirectives(lexicographicSortSchema(base)).replace(/^schema\b/m, LINK)}\n`;

/** Directives that routers enforce. Apollo's gateway for Node and `rover` of older plans refuse them. */
const ACCESS_DIRECTIVES = ["authenticated", "requiresScopes"];

/** Returns an SDL without the access directives. Nothing is lost: the service enforces the same rule itself. */
export function withoutAccessDirectives(sdl: string): string {
  const isAccess = (name: string): boolean => ACCESS_DIRECTIVES.includes(name.replace("@", ""));
  const document = visit(parse(sdl), {
    Directive: ({ name }) => (isAccess(name.value) ? null : undefined),
    // The imports of `@link`.
    ListValue: (list) => ({
      ...list,
      values: list.values.filter((item) => item.kind !== Kind.STRING || !isAccess(item.value)),
    }),
  });
  return `${print(document)}\n`;
}

/**
 * Turns a schema into a subgraph: adds Federation's definitions, `_entities` and `_service`. Keeps the types of
 * type-graphql with their resolvers. `@apollo/subgraph` takes an SDL instead, which is printed, parsed, validated and
 * rebuilt at each start.
 */
export function toSubgraph(base: GraphQLSchema): GraphQLSchema {
  const definitions = federationDefinitions(entitiesOf(base));
  const schema = lexicographicSortSchema(extendSchema(base, definitions, { assumeValid: true }));
  const { _entities, _service } = schema.getQueryType()?.getFields() ?? {};
  const union = schema.getType("_Entity");
  if (!_entities || !_service || !isUnionType(union)) throw new Error("the schema has no Query");
  let sdl: string | undefined;
  _entities.resolve = openOnly("_entities", resolveEntities);
  _service.resolve = openOnly("_service", () => {
    sdl ??= printSubgraph(base);
    return { sdl };
  });
  union.resolveType = ({ __typename }: { readonly __typename: string }) => __typename;
  return schema;
}

/** Returns the names of the types with a `@key`. */
const entitiesOf = (schema: GraphQLSchema): string[] =>
  Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type) && type.astNode?.directives?.some(({ name }) => name.value === "key"))
    .map(({ name }) => name);

/**
 * Restricts the resolver of a gateway-only field to requests with access to it.
 * @throws {RequestError} `FORBIDDEN`, at no call, for all other requests.
 */
const openOnly =
  (
    name: keyof GatewayAccess,
    resolve: GraphQLFieldResolver<unknown, GraphContext>,
  ): GraphQLFieldResolver<unknown, GraphContext> =>
  (source, args, context, info) => {
    if (context.gatewayAccess[name]) return resolve(source, args, context, info);
    throw new RequestError("FORBIDDEN", `${name} is only for routers that send the gateway secret`);
  };
