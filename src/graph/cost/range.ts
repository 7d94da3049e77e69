import {
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  typeFromAST,
} from "graphql";
import { type EstimateSettings, estimate, fragmentsOf } from "./estimate.js";
import { totalOf } from "./report.js";

/** What an operation costs, in upstream calls at worst: with the variables that make it cheapest, and dearest. */
export interface PriceRange {
  readonly least: number;
  readonly most: number;
}

/** The prices of a document's operations, whatever their variables turn out to be. The document has to be valid. */
export function priceRange(schema: GraphQLSchema, document: DocumentNode, settings: EstimateSettings): PriceRange {
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  const priceOf = (operation: OperationDefinitionNode, first: number): number => {
    const variables = sampleVariables(schema, operation, first);
    return totalOf(estimate(schema, operation, fragmentsOf(document.definitions), variables, settings));
  };
  return {
    least: Math.min(...operations.map((operation) => priceOf(operation, 0))),
    most: Math.max(...operations.map((operation) => priceOf(operation, settings.maxFirst))),
  };
}

/** Values that its variables could have. The only integers that fields take are counts of rows. */
function sampleVariables(schema: GraphQLSchema, { variableDefinitions = [] }: OperationDefinitionNode, first: number) {
  const samples = variableDefinitions.map(({ variable, type }) => {
    const input = typeFromAST(schema, type as never) as GraphQLInputType;
    return [variable.name.value, sample(input, first)] as const;
  });
  return Object.fromEntries(samples);
}

function sample(type: GraphQLInputType, first: number): unknown {
  const named = getNamedType(type);
  const isGiven = first > 0 || isNonNullType(type);
  if (named.name === "Int") return first;
  if (!isGiven) return undefined;
  if (isEnumType(named)) return named.getValues()[0]?.name;
  if (named.name === "Boolean") return first > 0;
  return named.name === "_Any" ? [] : "1";
}
