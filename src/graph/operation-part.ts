import type {
  GraphQLRequestContext,
  GraphQLRequestContextDidEncounterErrors,
  GraphQLRequestContextDidResolveOperation,
  GraphQLRequestContextResponseForOperation,
  GraphQLRequestContextWillSendResponse,
  GraphQLResponse,
} from "@apollo/server";
import type { GraphContext } from "./context.js";

/** Hooks of one concern in an operation: Apollo's, without promises. */
export interface OperationHooks {
  didResolveOperation?(request: GraphQLRequestContextDidResolveOperation<GraphContext>): void;
  /** A response in place of running the operation; `null` runs it. */
  responseForOperation?(request: GraphQLRequestContextResponseForOperation<GraphContext>): GraphQLResponse | null;
  didEncounterErrors?(request: GraphQLRequestContextDidEncounterErrors<GraphContext>): void;
  willSendResponse?(request: GraphQLRequestContextWillSendResponse<GraphContext>): void;
}

/** One concern of operations; gives nothing where it has nothing to do with this one. */
export type OperationPart = (request: GraphQLRequestContext<GraphContext>) => OperationHooks | undefined;
