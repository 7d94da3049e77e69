import type { FastifyBaseLogger } from "fastify";
import type { GraphQLError, GraphQLFormattedError } from "graphql";
import { formatError } from "../../graph/errors.js";

/** The same without names that a client may not know: graphql-js suggests them. */
export const withoutSuggestions = (error: GraphQLFormattedError): GraphQLFormattedError => ({
  ...error,
  message: error.message.replace(/ Did you mean .*$/s, ""),
});

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
export function logErrors(
  logger: FastifyBaseLogger,
  errors: readonly GraphQLError[],
  requestId: string,
  operationName: string | null | undefined,
): void {
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
}
