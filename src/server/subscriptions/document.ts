import type { ApolloServer } from "@apollo/server";
import {
  type DocumentNode,
  type GraphQLFormattedError,
  getOperationAST,
  Kind,
  parse,
  type SelectionSetNode,
} from "graphql";
import type { GraphContext, PreparedSubscription, StreamSlot } from "../../graph/context.js";
import { fragmentsOf } from "../../graph/cost/estimate.js";
import { RequestError } from "../../graph/errors.js";
import { LIMITS } from "../graphql/limits.js";
import { persistedIdOf, type TrustedDocuments } from "../persisted/trusted-documents.js";

/** Unchecked request of a client, with the names of GraphQL over HTTP. */
export interface OperationParams {
  readonly query?: unknown;
  readonly operationName?: unknown;
  readonly variables?: unknown;
  readonly extensions?: unknown;
}

/** Rejected operation, with its errors as clients see them. They are logged already. */
export class RejectedOperation extends Error {
  override readonly name = "RejectedOperation";
  readonly errors: readonly GraphQLFormattedError[];

  constructor(errors: readonly GraphQLFormattedError[]) {
    super("the operation was rejected");
    this.errors = errors;
  }
}

/** Dependencies of preparing subscriptions. */
export interface PreparationParts {
  readonly apollo: ApolloServer<GraphContext>;
  /** Store that maps ids to documents; `null` disables persisted documents. */
  readonly store: TrustedDocuments["store"] | null;
}

/**
 * Sends a subscription through the pipeline of operations: parsing, limits, validation, estimate, errors and log are those of
 * queries. The pipeline stops before execution.
 * @throws {RequestError | RejectedOperation}
 */
export async function prepareSubscription(
  { apollo, store }: PreparationParts,
  params: OperationParams,
  context: GraphContext,
): Promise<PreparedSubscription> {
  const { operationName, variables } = namesOf(params);
  const query = await textOf(params, store);
  refuseConditions(query, operationName);
  const stream: StreamSlot = { steps: [], prepared: null };
  const request = { query, variables, ...(operationName !== null && { operationName }) };
  const { body } = await apollo.executeOperation(request, { contextValue: { ...context, stream } });
  if (stream.prepared) return stream.prepared;
  throw new RejectedOperation((body.kind === "single" && body.singleResult.errors) || []);
}

/**
 * Rejects `@skip` and `@include` on the root field of a subscription. Its presence must not depend on variables:
 * graphql-js looks for the field without them.
 */
function refuseConditions(text: string, operationName: string | null): void {
  const document = tryParse(text);
  const operation = document && getOperationAST(document, operationName);
  if (!document || operation?.operation !== "subscription") return;
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

/** Returns the parsed document; `null` for a syntax error, which the pipeline reports. */
function tryParse(text: string): DocumentNode | null {
  try {
    return parse(text, { maxTokens: LIMITS.tokens, noLocation: true });
  } catch {
    return null;
  }
}
