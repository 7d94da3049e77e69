import { unwrapResolverError } from "@apollo/server/errors";
import { GraphQLError, type GraphQLFormattedError, Kind } from "graphql";
import { AccessDenied } from "../authz/policy.js";
import { type UpstreamAnswer, UpstreamError } from "../feishu/errors.js";
import { ListTooLong } from "../live/snapshot.js";
import { PaginationLoopError } from "../pagination/paginate.js";
import { InvalidCursorError } from "../pagination/signed-token.js";

/** Error codes and their meaning for clients. The list is closed: no error leaves this service with another code. */
export const ERRORS = {
  BAD_USER_INPUT: { retryable: false, meaning: "The request is wrong: its document, an argument or a variable." },
  INVALID_CURSOR: {
    retryable: false,
    meaning: "`after` is not a cursor of this list, `since` is not a position of it, or the value was altered.",
  },
  CURSOR_EXPIRED: { retryable: false, meaning: "Feishu no longer accepts the position in the list; start again." },
  UNAUTHENTICATED: { retryable: false, meaning: "The request has no valid credentials." },
  FORBIDDEN: { retryable: false, meaning: "The caller may not see this." },
  COST_LIMIT_EXCEEDED: { retryable: false, meaning: "The operation could cost more upstream calls than is allowed." },
  DEADLINE_EXCEEDED: { retryable: true, meaning: "The operation ran out of time." },
  UPSTREAM_RATE_LIMITED: { retryable: true, meaning: "Feishu's rate limit is reached; wait for `retryAfterMs`." },
  UPSTREAM_QUOTA_EXHAUSTED: { retryable: false, meaning: "The tenant's monthly quota of Feishu calls is used up." },
  UPSTREAM_UNAVAILABLE: { retryable: true, meaning: "Feishu failed, or could not be reached." },
  UPSTREAM_TIMEOUT: { retryable: true, meaning: "Feishu did not answer in time." },
  UPSTREAM_PERMISSION_MISSING: {
    retryable: false,
    meaning: "Feishu rejects the app: its credentials are invalid, or an administrator has to grant a permission.",
  },
  UPSTREAM_BAD_REQUEST: {
    retryable: false,
    meaning: "Feishu rejects the request, for example an id of an unknown user.",
  },
  UPSTREAM_CONTRACT: { retryable: false, meaning: "Feishu's answer is not what its documentation says." },
  UPSTREAM_PAGINATION_LOOP: {
    retryable: false,
    meaning: "Feishu's page tokens repeat, are missing, or lead through too many empty pages.",
  },
  INTERNAL_SERVER_ERROR: {
    retryable: false,
    meaning: "An internal error of this service; the log has it under `requestId`.",
  },
} as const satisfies Record<string, { retryable: boolean; meaning: string }>;

/** An error code of the closed list. */
export type ErrorCode = keyof typeof ERRORS;

/** An error whose message is meant for clients. */
export class RequestError extends Error {
  override readonly name = "RequestError";
  readonly code: ErrorCode;
  /** Milliseconds after which a retry may succeed; `undefined` if unknown. */
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, retryAfterMs?: number) {
    super(message);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** Parts of an error that a client may see. */
export interface PublicError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
  readonly upstream?: UpstreamAnswer;
}

/** Returns the public part of any thrown value. An unknown error is an internal fault; its message stays internal. */
export function toPublicError(error: unknown): PublicError {
  if (error instanceof UpstreamError) {
    const { code, message, upstream, retryAfterMs } = error;
    return publicError(code, message, {
      ...(retryAfterMs === null ? {} : { retryAfterMs }),
      ...(upstream === null ? {} : { upstream }),
    });
  }
  if (error instanceof AccessDenied) return publicError("FORBIDDEN", error.message);
  if (error instanceof ListTooLong) return publicError("COST_LIMIT_EXCEEDED", error.message);
  if (error instanceof RequestError) {
    const { code, message, retryAfterMs } = error;
    return publicError(code, message, retryAfterMs === undefined ? {} : { retryAfterMs });
  }
  if (error instanceof InvalidCursorError) return publicError("INVALID_CURSOR", `${error.argument}: ${error.message}`);
  if (error instanceof PaginationLoopError) return publicError("UPSTREAM_PAGINATION_LOOP", error.message);
  if (error instanceof GraphQLError) {
    const { originalError } = error;
    return originalError && originalError !== error ? toPublicError(originalError) : fromExecutor(error);
  }
  return publicError("INTERNAL_SERVER_ERROR", ERRORS.INTERNAL_SERVER_ERROR.meaning);
}

const publicError = (code: ErrorCode, message: string, more: Partial<PublicError> = {}): PublicError => ({
  code,
  message,
  retryable: ERRORS[code].retryable,
  ...more,
});

/** Converts an execution error of graphql-js: a bad argument or variable, or a value that its type cannot hold. */
function fromExecutor({ message, nodes = [] }: GraphQLError): PublicError {
  if (nodes.some(({ kind }) => kind !== Kind.FIELD)) return publicError("BAD_USER_INPUT", message);
  return publicError("UPSTREAM_CONTRACT", "Feishu sent a value that the field's type cannot hold");
}

/** Maximum characters of a client fault's message: graphql-js repeats a bad variable in full. */
const MAX_MESSAGE_CHARS = 1000;

/** Formats an error for Apollo. Every error of a response passes through this hook. */
export function formatError(formatted: GraphQLFormattedError, thrown: unknown): GraphQLFormattedError {
  const { message, ...extensions } = isClientFault(formatted)
    ? publicError("BAD_USER_INPUT", formatted.message.slice(0, MAX_MESSAGE_CHARS))
    : toPublicError(unwrapResolverError(thrown));
  const { locations, path } = formatted;
  return { message, ...(locations ? { locations } : {}), ...(path ? { path } : {}), extensions };
}

/** Apollo's codes for documents and variables that cannot run. Their messages derive from the document alone. */
const CLIENT_FAULTS: ReadonlySet<unknown> = new Set([
  "GRAPHQL_PARSE_FAILED",
  "GRAPHQL_VALIDATION_FAILED",
  "BAD_USER_INPUT",
  "BAD_REQUEST",
  "OPERATION_RESOLUTION_FAILURE",
  "PERSISTED_QUERY_NOT_FOUND",
  "PERSISTED_QUERY_NOT_SUPPORTED",
]);

const isClientFault = (formatted: GraphQLFormattedError): boolean => CLIENT_FAULTS.has(formatted.extensions?.code);
