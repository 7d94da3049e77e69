import type { ErrorCode } from "../../graph/errors.js";
import type { OperationPart } from "../../graph/operation-part.js";

/** A name is the client's text. */
const MAX_NAME_CHARS = 64;

/** Tells the context when its operation has ended, and how. */
export const observeOperations: OperationPart = () => ({
  willSendResponse({ operationName, response, contextValue }) {
    const [error] = (response.body.kind === "single" && response.body.singleResult.errors) || [];
    const name = operationName?.slice(0, MAX_NAME_CHARS) ?? null;
    contextValue.ended(name, error ? (error.extensions?.code as ErrorCode) : "ok");
  },
});
