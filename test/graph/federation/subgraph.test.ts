import { buildSubgraphSchema } from "@apollo/subgraph";
import { type GraphQLSchema, introspectionFromSchema, lexicographicSortSchema, parse } from "graphql";
import { expect, it } from "vitest";
import { buildGraph, printGraph } from "../../../src/graph/schema/build.js";

const introspect = (schema: GraphQLSchema): unknown => introspectionFromSchema(lexicographicSortSchema(schema));

it("the subgraph equals the schema that Apollo's own library builds from its SDL", async () => {
  const byApollo = buildSubgraphSchema(parse(await printGraph()));
  expect(introspect(await buildGraph())).toEqual(introspect(byApollo));
});
