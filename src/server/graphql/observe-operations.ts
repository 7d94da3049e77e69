import type { ErrorCode } from "../../graph/errors.js";
import type { OperationPart } from "../../graph/operation-part.js";

/** Maximum length of an operation name, which is client text. */
const MAX_NAME_CHARS = 64;

/** Returns an operation's name in bounded length; `null` without a name. */
export const nameOf = (name: string | null | undefined): string | null => name?.slice(0, MAX_NAME_CHARS) ?? null;

/** Reports the end and the outcome of an operation to its context. */
export const observeOperations: OperationPart = () => ({
  willSendResponse({ operationName, response, contextValue }) {
    // An accepted subscription ends once its source has been opened.
    if (contextValue.stream?.prepared) return;
    const [error] = (response.body.kind === "single" && response.body.singleResult.errors) || [];
    contextValue.ended(nameOf(operationName), error ? (error.extensions?.code as ErrorCode) : "ok");
  },
});
