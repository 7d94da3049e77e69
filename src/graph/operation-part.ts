import type {
  GraphQLRequestContext,
  GraphQLRequestContextDidEncounterErrors,
  GraphQLRequestContextDidResolveOperation,
  GraphQLRequestContextResponseForOperation,
  GraphQLRequestContextWillSendResponse,
  GraphQLResponse,
} from "@apollo/server";
import type { GraphContext } from "./context.js";

/** Apollo hooks of one concern in an operation, without promises. */
export interface OperationHooks {
  didResolveOperation?(request: GraphQLRequestContextDidResolveOperation<GraphContext>): void;
  /** Returns a response instead of running the operation; `null` runs it. */
  responseForOperation?(request: GraphQLRequestContextResponseForOperation<GraphContext>): GraphQLResponse | null;
  didEncounterErrors?(request: GraphQLRequestContextDidEncounterErrors<GraphContext>): void;
  willSendResponse?(request: GraphQLRequestContextWillSendResponse<GraphContext>): void;
}

/** One concern of operations; returns `undefined` for an operation that it does not concern. */
export type OperationPart = (request: GraphQLRequestContext<GraphContext>) => OperationHooks | undefined;
