import type { ErrorCode } from "../../graph/errors.js";
import type { OperationPart } from "../../graph/operation-part.js";

/** Maximum length of an operation name, which is client text. */
const MAX_NAME_CHARS = 64;

/** Reports the end and the outcome of an operation to its context. */
export const observeOperations: OperationPart = () => ({
  willSendResponse({ operationName, response, contextValue }) {
    const [error] = (response.body.kind === "single" && response.body.singleResult.errors) || [];
    const name = operationName?.slice(0, MAX_NAME_CHARS) ?? null;
    contextValue.ended(name, error ? (error.extensions?.code as ErrorCode) : "ok");
  },
});
