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

/** Estimated upstream calls of an operation: with its cheapest and its most expensive variables. */
export interface PriceRange {
  readonly least: number;
  readonly most: number;
}

/** Returns the price range of a document's operations over all possible variables. The document must be valid. */
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

/** Returns sample values for an operation's variables. The only integers that fields take are row counts. */
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
