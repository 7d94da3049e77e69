import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
  specifiedRules,
  validate,
} from "graphql";
import { estimate, fragmentsOf, type PlanStep } from "../../graph/cost/estimate.js";
import { type CostSettings, costLimitExceeded } from "../../graph/cost/plugin.js";
import { totalOf } from "../../graph/cost/report.js";
import { RequestError } from "../../graph/errors.js";
import { LIMIT_RULES, LIMITS } from "../graphql/limits.js";
import { persistedIdOf, type TrustedDocuments } from "../persisted/trusted-documents.js";

/** What a client asks for, unchecked, as GraphQL over HTTP names it. */
export interface OperationParams {
  readonly query?: unknown;
  readonly operationName?: unknown;
  readonly variables?: unknown;
  readonly extensions?: unknown;
}

/** A subscription that may run. */
export interface SubscriptionOperation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** The client's name for it, of bounded length; `null` when it has none. */
  readonly name: string | null;
  readonly variables: Readonly<Record<string, unknown>>;
  /** What one message of it costs at worst. */
  readonly steps: readonly PlanStep[];
}

/** Everything that is wrong with a document. */
export class RefusedOperation extends Error {
  override readonly name = "RefusedOperation";
  readonly errors: readonly GraphQLError[];

  constructor(errors: readonly GraphQLError[]) {
    super("the operation is refused");
    this.errors = errors;
  }
}

/** What documents are held against. */
export interface DocumentSettings {
  readonly schema: GraphQLSchema;
  readonly cost: CostSettings;
  /** Where documents are found by their ids; `null`: nowhere. */
  readonly store: TrustedDocuments["store"] | null;
}

/** A name is the client's text. */
const MAX_NAME_CHARS = 64;

/**
 * Reads a subscription: all that Apollo Server does to a query before it runs, for what does not come to it.
 * @throws {RequestError | RefusedOperation}
 */
export async function readSubscription(
  params: OperationParams,
  { schema, cost, store }: DocumentSettings,
): Promise<SubscriptionOperation> {
  const { operationName, variables } = namesOf(params);
  const document = parseDocument(await textOf(params, store));
  refuseConditions(document, operationName);
  const errors = validate(schema, document, [...specifiedRules, ...LIMIT_RULES]);
  if (errors.length > 0) throw new RefusedOperation(errors.map(asClientFault));
  const operation = getOperationAST(document, operationName);
  if (!operation) throw badRequest("operationName must name one of the document's operations");
  if (operation.operation !== "subscription")
    throw badRequest(`a ${operation.operation} is no stream: send it to POST /graphql with accept: application/json`);
  const { errors: wrong } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  if (wrong) throw new RefusedOperation(wrong.map(asClientFault));
  const steps = estimate(schema, operation, fragmentsOf(document.definitions), variables, cost);
  if (totalOf(steps) > cost.maxCost) throw costLimitExceeded(totalOf(steps), cost.maxCost);
  const name = operation.name?.value.slice(0, MAX_NAME_CHARS) ?? null;
  return { document: only(document, operation), operation, name, variables, steps };
}

/** Whether there is a subscription at all must not depend on variables: graphql-js looks for its field without them. */
function refuseConditions(document: DocumentNode, operationName: string | null): void {
  const operation = getOperationAST(document, operationName);
  if (operation?.operation !== "subscription") return;
  const fragments = fragmentsOf(document.definitions);
  const seen = new Set<string>();
  const isConditional = ({ selections }: SelectionSetNode): boolean =>
    selections.some((node) => {
      if (node.directives?.some(({ name }) => name.value === "skip" || name.value === "include")) return true;
      if (node.kind === Kind.INLINE_FRAGMENT) return isConditional(node.selectionSet);
      if (node.kind === Kind.FIELD || seen.has(node.name.value)) return false;
      seen.add(node.name.value);
      const fragment = fragments[node.name.value];
      return !!fragment && isConditional(fragment.selectionSet);
    });
  if (isConditional(operation.selectionSet))
    throw badRequest("@skip and @include are not for the field of a subscription itself");
}

const badRequest = (message: string): RequestError => new RequestError("BAD_USER_INPUT", message);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function namesOf({ operationName = null, variables = null }: OperationParams) {
  if (operationName !== null && typeof operationName !== "string") throw badRequest("operationName must be a string");
  if (variables !== null && !isObject(variables)) throw badRequest("variables must be an object");
  return { operationName, variables: variables ?? {} };
}

/** The text itself, or the one that is trusted under an id. */
async function textOf(
  { query, extensions }: OperationParams,
  store: TrustedDocuments["store"] | null,
): Promise<string> {
  const id = persistedIdOf(extensions);
  const trusted = id === undefined ? undefined : await store?.get(`apq:${id}`);
  if (trusted !== undefined) return trusted;
  if (typeof query === "string" && query !== "") return query;
  throw badRequest(id === undefined ? "query must be a GraphQL document" : "PersistedQueryNotFound");
}

function parseDocument(text: string): DocumentNode {
  try {
    return parse(text, { maxTokens: LIMITS.tokens });
  } catch (error) {
    throw new RefusedOperation([asClientFault(error as GraphQLError)]);
  }
}

/** As Apollo Server marks what a document alone is to blame for. */
const asClientFault = (error: GraphQLError): GraphQLError =>
  new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    source: error.source ?? null,
    positions: error.positions ?? null,
    extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
  });

/** The document without its other operations: those who run it need no name then. */
const only = (document: DocumentNode, operation: OperationDefinitionNode): DocumentNode => ({
  ...document,
  definitions: document.definitions.filter((node) => node === operation || node.kind === Kind.FRAGMENT_DEFINITION),
});
