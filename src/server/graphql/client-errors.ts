import type { FastifyBaseLogger } from "fastify";
import type { GraphQLError, GraphQLFormattedError } from "graphql";
import { UpstreamError } from "../../feishu/errors.js";
import { formatError } from "../../graph/errors.js";

/** Returns the error without the names that graphql-js suggests, which a client may not know. */
export const withoutSuggestions = (error: GraphQLFormattedError): GraphQLFormattedError => ({
  ...error,
  message: error.message.replace(/ Did you mean .*$/s, ""),
});

/** Returns the errors, each with `extensions.requestId`. */
export function withRequestId(
  errors: readonly GraphQLFormattedError[],
  requestId: string,
): readonly GraphQLFormattedError[] {
  return errors.map((error) => ({ ...error, extensions: { ...error.extensions, requestId } }));
}

/** Maximum length of a logged name. Names in a document are client text of any length. */
const MAX_NAME_CHARS = 64;
const shorten = <T>(name: T): T | string => (typeof name === "string" ? name.slice(0, MAX_NAME_CHARS) : name);

/** Maximum number of errors that one operation adds to the log. */
const MAX_LOGGED_ERRORS = 20;

/** Returns what the log alone has of a failed call: its message, and the reason of a failed connection. */
export const upstreamDetailsOf = (error: unknown): object =>
  error instanceof UpstreamError
    ? { message: error.message, ...(error.reason !== null && { reason: error.reason }) }
    : {};

/**
 * Logs internal errors with their stack, and failed calls with their message. The messages of all others are left out:
 * they may repeat client input.
 */
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
      logger.error({ ...about, err: error.originalError ?? error }, "Resolver failed");
    } else {
      logger.warn({ ...about, ...upstreamDetailsOf(error.originalError) }, "Field failed");
    }
  }
  const more = errors.length - MAX_LOGGED_ERRORS;
  if (more > 0) logger.warn({ requestId, more }, "Further field errors not logged");
}
