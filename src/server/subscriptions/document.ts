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

/** Unchecked request of a client, with the names of GraphQL over HTTP. */
export interface OperationParams {
  readonly query?: unknown;
  readonly operationName?: unknown;
  readonly variables?: unknown;
  readonly extensions?: unknown;
}

/** Subscription that may run. */
export interface SubscriptionOperation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** Client's name for the operation, of bounded length; `null` without a name. */
  readonly name: string | null;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Worst-case cost of one message. */
  readonly steps: readonly PlanStep[];
}

/** Error that lists everything wrong with a document. */
export class RefusedOperation extends Error {
  override readonly name = "RefusedOperation";
  readonly errors: readonly GraphQLError[];

  constructor(errors: readonly GraphQLError[]) {
    super("the operation was refused");
    this.errors = errors;
  }
}

/** Settings that documents are checked against. */
export interface DocumentSettings {
  readonly schema: GraphQLSchema;
  readonly cost: CostSettings;
  /** Store that maps ids to documents; `null` disables persisted documents. */
  readonly store: TrustedDocuments["store"] | null;
}

/** Maximum length of an operation name, which is client text. */
const MAX_NAME_CHARS = 64;

/**
 * Reads and validates a subscription, as Apollo Server does for a query. Subscriptions bypass Apollo Server.
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
    throw badRequest(
      `a ${operation.operation} cannot be streamed: send it to POST /graphql with accept: application/json`,
    );
  const { errors: wrong } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  if (wrong) throw new RefusedOperation(wrong.map(asClientFault));
  const steps = estimate(schema, operation, fragmentsOf(document.definitions), variables, cost);
  if (totalOf(steps) > cost.maxCost) throw costLimitExceeded(totalOf(steps), cost.maxCost);
  const name = operation.name?.value.slice(0, MAX_NAME_CHARS) ?? null;
  return { document: only(document, operation), operation, name, variables, steps };
}

/**
 * Rejects `@skip` and `@include` on the root field of a subscription. Its presence must not depend on variables:
 * graphql-js looks for the field without them.
 */
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
    throw badRequest("@skip and @include are not allowed on the root field of a subscription");
}

const badRequest = (message: string): RequestError => new RequestError("BAD_USER_INPUT", message);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function namesOf({ operationName = null, variables = null }: OperationParams) {
  if (operationName !== null && typeof operationName !== "string") throw badRequest("operationName must be a string");
  if (variables !== null && !isObject(variables)) throw badRequest("variables must be an object");
  return { operationName, variables: variables ?? {} };
}

/** Returns the document trusted under an id, or else the client's own text. */
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

/** Marks an error that the document alone caused, as Apollo Server does. */
const asClientFault = (error: GraphQLError): GraphQLError =>
  new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    source: error.source ?? null,
    positions: error.positions ?? null,
    extensions: { code: "GRAPHQL_VALIDATION_FAILED" },
  });

/** Returns the document without its other operations, so that it runs without an operation name. */
const only = (document: DocumentNode, operation: OperationDefinitionNode): DocumentNode => ({
  ...document,
  definitions: document.definitions.filter((node) => node === operation || node.kind === Kind.FRAGMENT_DEFINITION),
});
