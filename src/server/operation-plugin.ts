import type {
  ApolloServerPlugin,
  GraphQLRequestContext,
  GraphQLRequestContextDidEncounterErrors,
  GraphQLRequestContextDidResolveOperation,
  GraphQLRequestContextResponseForOperation,
  GraphQLRequestContextWillSendResponse,
  GraphQLResponse,
} from "@apollo/server";
import type { GraphContext } from "../graph/context.js";

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

/**
 * Makes one plugin of all concerns, in their order. Apollo awaits every hook of every plugin: with one plugin that is one promise a
 * hook, however many concerns there are.
 */
export function operationPlugin(parts: readonly OperationPart[]): ApolloServerPlugin<GraphContext> {
  return {
    async requestDidStart(request) {
      const hooks: OperationHooks[] = [];
      for (const part of parts) {
        const own = part(request);
        if (own) hooks.push(own);
      }
      return {
        async didResolveOperation(resolved) {
          for (const hook of hooks) hook.didResolveOperation?.(resolved);
        },
        async responseForOperation(resolved) {
          for (const hook of hooks) {
            const response = hook.responseForOperation?.(resolved);
            if (response) return response;
          }
          return null;
        },
        async didEncounterErrors(failed) {
          for (const hook of hooks) hook.didEncounterErrors?.(failed);
        },
        async willSendResponse(answered) {
          for (const hook of hooks) hook.willSendResponse?.(answered);
        },
      };
    },
  };
}
