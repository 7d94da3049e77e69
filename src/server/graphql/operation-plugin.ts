import type { ApolloServerPlugin } from "@apollo/server";
import type { GraphContext } from "../../graph/context.js";
import type { OperationHooks, OperationPart } from "../../graph/operation-part.js";

/**
 * Combines all parts, in order, into one plugin. Apollo awaits every hook of every plugin.
 * One plugin costs one promise per hook, regardless of the number of parts.
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
