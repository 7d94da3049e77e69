import { ApolloServer, type ApolloServerPlugin } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import type { FastifyBaseLogger } from "fastify";
import type { GraphQLSchema } from "graphql";
import type { GraphContext } from "../../graph/context.js";
import { type CostSettings, costPlugin } from "../../graph/cost/plugin.js";
import { formatError } from "../../graph/errors.js";
import type { OperationPart } from "../../graph/operation-part.js";
import type { TrustedDocuments } from "../persisted/trusted-documents.js";
import { prepareStreams } from "../subscriptions/prepare-streams.js";
import { logErrors, withoutSuggestions, withRequestId } from "./client-errors.js";
import { cacheControl } from "./freshness.js";
import { LIMIT_RULES, LIMITS } from "./limits.js";
import { observeOperations } from "./observe-operations.js";
import { operationPlugin } from "./operation-plugin.js";

/** Settings that differ between deployments. */
export interface ApolloSettings {
  readonly introspection: boolean;
  readonly production: boolean;
  /** Store that maps ids to documents; `null` disables persisted documents. */
  readonly store: TrustedDocuments["store"] | null;
}

/** Creates the Apollo Server of the graph, without plugins that instrument every field or call home. */
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
    // Suggested names would reveal what disabled introspection hides.
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
        costPlugin(cost),
        prepareStreams,
        observeOperations,
        errorLog(logger),
      ]),
      ...plugins,
    ],
  });
}

/** Adds the request id to every error; the response header carries it too. */
const requestIds: OperationPart = () => ({
  willSendResponse({ response, contextValue }) {
    if (response.body.kind !== "single" || !response.body.singleResult.errors) return;
    response.body.singleResult.errors = withRequestId(response.body.singleResult.errors, contextValue.requestId);
  },
});

/**
 * Sends errors with HTTP 200 to clients that accept only `application/json`, as GraphQL over HTTP says (SHOULD).
 * HTTP 400 is for `application/graphql-response+json`.
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

/** Logs errors where the request and the operation are known. */
const errorLog =
  (logger: FastifyBaseLogger): OperationPart =>
  () => ({
    didEncounterErrors({ errors, operationName, contextValue: { requestId } }) {
      logErrors(logger, errors, requestId, operationName);
    },
  });
