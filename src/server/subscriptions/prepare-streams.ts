import { HeaderMap } from "@apollo/server";
import { type DocumentNode, GraphQLError, getVariableValues, Kind, type OperationDefinitionNode } from "graphql";
import { RequestError } from "../../graph/errors.js";
import type { OperationPart } from "../../graph/operation-part.js";

/**
 * Separates streams from operations with one response. Rejects an operation that was sent to the wrong transport, and hands a
 * checked subscription to its stream in place of running it.
 */
export const prepareStreams: OperationPart = () => ({
  didResolveOperation({ operation, contextValue: { stream } }) {
    if (!operation || (operation.operation === "subscription") === !!stream) return;
    const message = stream
      ? `a ${operation.operation} cannot be streamed: send it to POST /graphql with accept: application/json`
      : "subscriptions require a stream: POST with the header accept: text/event-stream, or use a WebSocket";
    const originalError = new RequestError("BAD_USER_INPUT", message);
    throw new GraphQLError(message, { originalError, extensions: { http: { status: 400 } } });
  },
  responseForOperation({ schema, document, operation, contextValue: { stream }, request: { variables = {} } }) {
    // The executor reports an unknown operation name, and variables that do not fit.
    const isReported = !operation || getVariableValues(schema, operation.variableDefinitions ?? [], variables).errors;
    if (!stream || isReported) return null;
    stream.prepared = { document: only(document, operation), operation, variables, steps: stream.steps };
    const singleResult = { data: null };
    return { http: { status: 200, headers: new HeaderMap() }, body: { kind: "single", singleResult } };
  },
});

/** Returns the document without its other operations, so that it runs without an operation name. */
const only = (document: DocumentNode, operation: OperationDefinitionNode): DocumentNode => ({
  ...document,
  definitions: document.definitions.filter((node) => node === operation || node.kind === Kind.FRAGMENT_DEFINITION),
});
