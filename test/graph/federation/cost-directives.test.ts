import { readdirSync, readFileSync } from "node:fs";
import {
  type ConstDirectiveNode,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isListType,
  isObjectType,
  Kind,
  parse,
  type SelectionNode,
  type ValueNode,
  valueFromASTUntyped,
} from "graphql";
import { expect, it } from "vitest";
import variablesOfExamples from "../../../examples/queries/variables.json" with { type: "json" };
import { estimate, fragmentsOf } from "../../../src/graph/cost/estimate.js";
import { totalOf } from "../../../src/graph/cost/report.js";
import { buildGraph } from "../../../src/graph/schema/build.js";

type Variables = Readonly<Record<string, unknown>>;
type Directed = {
  readonly astNode?: { readonly directives?: readonly ConstDirectiveNode[] | undefined } | null | undefined;
};

const argumentOf = ({ astNode }: Directed, directive: string, name: string): unknown => {
  const found = astNode?.directives?.find((node) => node.name.value === directive);
  const value = found?.arguments?.find((argument) => argument.name.value === name)?.value;
  return value && valueFromASTUntyped(value);
};

/** Computes a router's static cost from the directives alone: an object costs its weight, 1 by default. */
function staticCost(
  schema: GraphQLSchema,
  typeName: string,
  nodes: readonly SelectionNode[],
  variables: Variables,
  edges: number,
): number {
  const type = schema.getType(typeName);
  if (!isObjectType(type)) return 0;
  return nodes.reduce((sum, node) => {
    if (node.kind !== Kind.FIELD) throw new Error("the examples have no fragments");
    const field = type.getFields()[node.name.value];
    const of = field && getNamedType(field.type);
    if (!field || !isObjectType(of)) return sum;
    const weight = argumentOf(field, "cost", "weight") ?? argumentOf(of, "cost", "weight") ?? 1;
    const [slicing] = (argumentOf(field, "listSize", "slicingArguments") ?? []) as readonly string[];
    const given = node.arguments?.find(({ name }) => name.value === slicing)?.value;
    const size = given ? Number(readValue(given, variables)) : 10;
    const isList = isListType(getNullableType(field.type));
    const below = staticCost(schema, of.name, node.selectionSet?.selections ?? [], variables, slicing ? size : edges);
    return sum + (Number(weight) + below) * (isList && field.name === "edges" ? edges : 1);
  }, 0);
}

const readValue = (node: ValueNode, variables: Variables): unknown =>
  node.kind === Kind.VARIABLE ? variables[node.name.value] : valueFromASTUntyped(node);

it.each(Object.entries(variablesOfExamples))(
  "a router's estimate of %s is at least our own and at most 10 higher",
  async (name, given) => {
    const schema = await buildGraph();
    const file = readdirSync("examples/queries").find((candidate) => candidate.startsWith(name)) ?? "";
    const document = parse(readFileSync(`examples/queries/${file}`, "utf8"));
    const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
    if (!operation) throw new Error("an example without an operation");
    const defaults = Object.fromEntries(
      (operation.variableDefinitions ?? []).map(({ variable, defaultValue }) => [
        variable.name.value,
        defaultValue && valueFromASTUntyped(defaultValue),
      ]),
    );
    const variables = { ...defaults, ...given };
    const settings = { maxFirst: 100, basicNames: false, jointReads: false };
    const ours = totalOf(estimate(schema, operation, fragmentsOf(document.definitions), given, settings));
    const theirs = staticCost(schema, "Query", operation.selectionSet.selections, variables, 1);
    expect(theirs).toBeGreaterThanOrEqual(ours);
    expect(theirs).toBeLessThanOrEqual(ours + 10);
  },
);
