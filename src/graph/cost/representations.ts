import { collectFields } from "@graphql-tools/utils";
import { type GraphQLSchema, getVariableValues, type OperationDefinitionNode } from "graphql";
import { badArgument } from "../args.js";
import type { Executed } from "../selection.js";
import { argumentsOf } from "./estimate.js";

/**
 * @throws {RequestError} `BAD_USER_INPUT` when the `_entities` of an operation ask for more than `max` objects together: each
 * is an entity to look up, or an error to give.
 */
export function refuseManyRepresentations(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: Executed["fragments"],
  rawVariables: Readonly<Record<string, unknown>>,
  max: number,
): void {
  const query = schema.getQueryType();
  const field = query?.getFields()._entities;
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], rawVariables);
  if (!query || !field || !coerced) return;
  const { fields } = collectFields(schema, fragments, { coerced, sources: {} }, query, operation.selectionSet);
  const nodes = [...fields.values()].flatMap(([node]) => (node?.name.value === field.name ? [node] : []));
  const counts = nodes.map(
    (node) => (argumentsOf(field, node, coerced)?.representations as unknown[] | undefined)?.length ?? 0,
  );
  const came = counts.reduce((sum, count) => sum + count, 0);
  if (came > max) throw badArgument("representations", `at most ${max} objects in an operation`, came);
}
