import { ApolloServer, type ApolloServerPlugin } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import type { FastifyBaseLogger } from "fastify";
import { GraphQLError, type GraphQLSchema } from "graphql";
import type { GraphContext } from "../../graph/context.js";
import { type CostSettings, costPlugin } from "../../graph/cost/plugin.js";
import { formatError, RequestError } from "../../graph/errors.js";
import type { OperationPart } from "../../graph/operation-part.js";
import type { TrustedDocuments } from "../persisted/trusted-documents.js";
import { logErrors, withoutSuggestions, withRequestId } from "./client-errors.js";
import { cacheControl } from "./freshness.js";
import { LIMIT_RULES, LIMITS } from "./limits.js";
import { observeOperations } from "./observe-operations.js";
import { operationPlugin } from "./operation-plugin.js";

/** What differs from one deployment to another. */
export interface ApolloSettings {
  readonly introspection: boolean;
  readonly production: boolean;
  /** Where documents are found by their ids; `null`: nowhere. */
  readonly store: TrustedDocuments["store"] | null;
}

/** Apollo Server around the graph, with nothing in it that instruments every field or calls home. */
export function createApollo(
  schema: GraphQLSchema,
  logger: FastifyBaseLogger,
  { introspection, production, store }: ApolloSettings,
  cost: CostSettings,
  plugins: readonly ApolloServerPlugin<GraphContext>[],
): ApolloServer<GraphContext> {
  return new ApolloServer<GraphContext>({
    schema,
    formatError: production ? (...args) => withoutSuggestions(formatError(...args)) : formatError,
    logger,
    introspection,
    // Suggestions of names would tell what introspection does not.
    hideSchemaDetailsFromClientErrors: production,
    parseOptions: { maxTokens: LIMITS.tokens },
    validationRules: [...LIMIT_RULES],
    includeStacktraceInErrorResponses: false,
    persistedQueries: store ? { cache: store } : false,
    stopOnTerminationSignals: false,
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      operationPlugin([
        requestIds,
        legacyStatus,
        cacheControl,
        refuseSubscriptions,
        costPlugin(cost),
        observeOperations,
        errorLog(logger),
      ]),
      ...plugins,
    ],
  });
}

/** Every error names the request, as the response's header does. */
const requestIds: OperationPart = () => ({
  willSendResponse({ response, contextValue }) {
    if (response.body.kind !== "single" || !response.body.singleResult.errors) return;
    response.body.singleResult.errors = withRequestId(response.body.singleResult.errors, contextValue.requestId);
  },
});

/**
 * Who asks for `application/json` and nothing newer gets HTTP 200 with the errors, as GraphQL over HTTP says (SHOULD);
 * 400 is for `application/graphql-response+json`.
 */
const legacyStatus: OperationPart = ({ request }) => {
  const accept = request.http?.headers.get("accept") ?? "";
  if (!accept.includes("application/json") || accept.includes("application/graphql-response+json")) return undefined;
  return {
    willSendResponse({ response }) {
      if (response.http.status === 400) response.http.status = 200;
    },
  };
};

/** What fails is logged where it is known. */
const errorLog =
  (logger: FastifyBaseLogger): OperationPart =>
  () => ({
    didEncounterErrors({ errors, operationName, contextValue: { requestId } }) {
      logErrors(logger, errors, requestId, operationName);
    },
  });

/** Whoever asks for one as if it were a query would get nothing but its first message. */
const refuseSubscriptions: OperationPart = () => ({
  didResolveOperation({ operation }) {
    if (operation?.operation !== "subscription") return;
    const originalError = new RequestError(
      "BAD_USER_INPUT",
      "a subscription is answered as a stream: POST it with the header accept: text/event-stream, or use a WebSocket",
    );
    throw new GraphQLError(originalError.message, { originalError, extensions: { http: { status: 400 } } });
  },
});
