import { ApolloServer, type ApolloServerPlugin } from "@apollo/server";
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from "@apollo/server/plugin/disabled";
import type { FastifyBaseLogger } from "fastify";
import type { GraphQLFormattedError, GraphQLSchema } from "graphql";
import type { GraphContext } from "../graph/context.js";
import { formatError } from "../graph/errors.js";
import { observeOperations } from "../observability/apollo-plugin.js";
import { type CostSettings, priceTag } from "./cost.js";
import { cacheControl } from "./freshness.js";
import { LIMIT_RULES, LIMITS } from "./limits.js";
import type { Trust } from "./trusted-documents.js";

/** What differs from one deployment to another. */
export interface ApolloSettings {
  readonly introspection: boolean;
  readonly production: boolean;
  /** Where documents are found by their ids; `null`: nowhere. */
  readonly store: Trust["store"] | null;
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
      requestIds,
      legacyStatus,
      cacheControl,
      priceTag(cost),
      observeOperations,
      errorLog(logger),
      ...plugins,
    ],
  });
}

/** Apollo Server takes names out of what validation says, but not out of what it says of variables. */
const withoutSuggestions = (error: GraphQLFormattedError): GraphQLFormattedError => ({
  ...error,
  message: error.message.replace(/ Did you mean .*$/s, ""),
});

/** Every error names the request, as the response's header does. */
const requestIds: ApolloServerPlugin<GraphContext> = {
  async requestDidStart() {
    return {
      async willSendResponse({ response, contextValue }) {
        if (response.body.kind !== "single" || !response.body.singleResult.errors) return;
        response.body.singleResult.errors = withRequestId(response.body.singleResult.errors, contextValue.requestId);
      },
    };
  },
};

/**
 * Who asks for `application/json` and nothing newer gets HTTP 200 with the errors, as GraphQL over HTTP says (SHOULD);
 * 400 is for `application/graphql-response+json`.
 */
const legacyStatus: ApolloServerPlugin<GraphContext> = {
  async requestDidStart({ request }) {
    const accept = request.http?.headers.get("accept") ?? "";
    if (!accept.includes("application/json") || accept.includes("application/graphql-response+json")) return;
    return {
      async willSendResponse({ response }) {
        if (response.http.status === 400) response.http.status = 200;
      },
    };
  },
};

/** The same errors, each with `extensions.requestId`. */
export function withRequestId(
  errors: readonly GraphQLFormattedError[],
  requestId: string,
): readonly GraphQLFormattedError[] {
  return errors.map((error) => ({ ...error, extensions: { ...error.extensions, requestId } }));
}

/** Names in a document are the client's text: they are logged, but not at any length. */
const MAX_NAME_CHARS = 64;
const shorten = <T>(name: T): T | string => (typeof name === "string" ? name.slice(0, MAX_NAME_CHARS) : name);

/** What one operation may add to the log. */
const MAX_LOGGED_ERRORS = 20;

/** Faults of ours are logged with their stack. Of all others the message is not: it may repeat what a client sent. */
const errorLog = (logger: FastifyBaseLogger): ApolloServerPlugin<GraphContext> => ({
  async requestDidStart() {
    return {
      async didEncounterErrors({ errors, operationName, contextValue: { requestId } }) {
        for (const error of errors.slice(0, MAX_LOGGED_ERRORS)) {
          const { extensions = {} } = formatError(error.toJSON(), error);
          const path = error.path?.map(shorten);
          const about = { requestId, operationName: shorten(operationName), path, ...extensions };
          if (extensions.code === "INTERNAL_SERVER_ERROR") {
            logger.error({ ...about, err: error.originalError ?? error }, "a resolver failed");
          } else {
            logger.warn(about, "a field failed");
          }
        }
        const more = errors.length - MAX_LOGGED_ERRORS;
        if (more > 0) logger.warn({ requestId, more }, "more fields failed");
      },
    };
  },
});
