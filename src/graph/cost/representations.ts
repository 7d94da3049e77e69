import { collectFields } from "@graphql-tools/utils";
import { type GraphQLSchema, getVariableValues, type OperationDefinitionNode } from "graphql";
import { badArgument } from "../args.js";
import type { Executed } from "../selection.js";
import { argumentsOf } from "./estimate.js";

/** Maximum objects of all `_entities` of an operation together: more than a router's plan for one page has. */
const MAX_REPRESENTATIONS = 1000;

/**
 * Rejects operations whose `_entities` refer to too many objects: each costs a lookup or an error report.
 * @throws {RequestError} `BAD_USER_INPUT`
 */
export function refuseManyRepresentations(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: Executed["fragments"],
  rawVariables: Readonly<Record<string, unknown>>,
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
  const received = counts.reduce((sum, count) => sum + count, 0);
  if (received <= MAX_REPRESENTATIONS) return;
  throw badArgument("representations", `at most ${MAX_REPRESENTATIONS} objects in an operation`, received);
}
