import type { FastifyRequest } from "fastify";
import { createSourceEventStream, type DocumentNode, type GraphQLFormattedError } from "graphql";
import type { Caller } from "../../authz/viewer.js";
import { CancelSource } from "../../core/cancellation.js";
import { RequestError, toPublicError } from "../../graph/errors.js";
import { keyOf } from "../auth/authenticate.js";
import { nameOf } from "../graphql/observe-operations.js";
import { type OperationParams, type PreparationParts, prepareSubscription, RejectedOperation } from "./document.js";
import {
  ANSWERED,
  errorsOf,
  follow,
  type MessageParts,
  type Messages,
  type SubscriptionClient,
  toClient,
  waitingUntil,
} from "./messages.js";

/** Dependencies that serve subscriptions. */
export interface SubscriptionParts extends MessageParts, PreparationParts {
  /** Receives the number of open subscriptions on each change. */
  readonly onCount: (open: number) => void;
}

/** Result of opening a subscription: its errors, or its document and messages. */
export type Opened =
  | { readonly errors: readonly GraphQLFormattedError[] }
  | { readonly document: DocumentNode; readonly messages: Messages };

/** Subscriptions, independent of the transport. */
export interface Subscriptions {
  /** Opens the subscription that `read` returns. An error that `read` throws fails the subscription. */
  open(read: () => OperationParams | Promise<OperationParams>, subscriber: SubscriptionClient): Promise<Opened>;
}

/** Maximum number of open subscriptions per caller, where callers authenticate. */
const MAX_PER_CALLER = 100;

/** Creates the subscription service, with no subscriber. */
export function createSubscriptions(parts: SubscriptionParts): Subscriptions {
  const { createContext, authenticate, onCount } = parts;
  const byCaller = new Map<string, number>();
  let open = 0;

  /** Counts a new subscription within the caller's limit. Returns a function that releases it. */
  const enter = (caller: Caller, request: FastifyRequest): (() => void) => {
    const key = keyOf(caller, request);
    const others = byCaller.get(key) ?? 0;
    if (caller !== null && others >= MAX_PER_CALLER)
      throw new RequestError(
        "UPSTREAM_RATE_LIMITED",
        `limit of ${MAX_PER_CALLER} open subscriptions per caller reached`,
      );
    const count = (change: 1 | -1): void => {
      open += change;
      const now = (byCaller.get(key) ?? 0) + change;
      if (now > 0) byCaller.set(key, now);
      else byCaller.delete(key);
      onCount(open);
    };
    count(1);
    return () => count(-1);
  };

  const begin = async (params: OperationParams, subscriber: SubscriptionClient): Promise<Opened> => {
    const caller = await authenticate(subscriber.credentials);
    const leave = enter(caller, subscriber.request);
    const over = new CancelSource();
    try {
      const contextValue = await createContext(subscriber.request, waitingUntil(over), caller);
      const prepared = await prepareSubscription(parts, params, contextValue);
      const { document, operation, variables: variableValues } = prepared;
      const source = await createSourceEventStream({ schema: parts.schema, document, contextValue, variableValues });
      const errors = "errors" in source ? (source.errors ?? []) : [];
      contextValue.ended(nameOf(operation.name?.value), errors[0] ? toPublicError(errors[0]).code : "ok");
      if (errors.length > 0) throw new RejectedOperation(toClient(parts, errors, subscriber.request, prepared));
      const changes = source as AsyncIterableIterator<unknown>;
      return { document, messages: follow(parts, prepared, { ...subscriber, caller }, changes, leave) };
    } catch (error) {
      leave();
      throw error;
    } finally {
      over.abort(ANSWERED);
    }
  };

  return {
    async open(read, subscriber) {
      try {
        return await begin(await read(), subscriber);
      } catch (error) {
        if (error instanceof RejectedOperation) return { errors: error.errors };
        return { errors: toClient(parts, errorsOf(error), subscriber.request, null) };
      }
    },
  };
}
