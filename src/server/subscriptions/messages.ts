import type { FastifyBaseLogger, FastifyRequest } from "fastify";
import { type ExecutionResult, execute, GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from "graphql";
import type { Caller } from "../../authz/viewer.js";
import { type CancelSignal, CancelSource } from "../../core/cancellation.js";
import type { Clock } from "../../core/clock.js";
import type { PreparedSubscription } from "../../graph/context.js";
import type { CostSettings } from "../../graph/cost/plugin.js";
import { type CostReport, reportCost, totalOf } from "../../graph/cost/report.js";
import { type ErrorCode, formatError, RequestError } from "../../graph/errors.js";
import { type Authenticate, type Credentials, Unauthenticated } from "../auth/authenticate.js";
import { logErrors, withoutSuggestions, withRequestId } from "../graphql/client-errors.js";
import { nameOf } from "../graphql/observe-operations.js";
import type { Client, CreateContext } from "../graphql/operation.js";
import { whenExpired } from "./expiry.js";

/** Dependencies that produce messages. */
export interface MessageParts {
  readonly schema: GraphQLSchema;
  readonly cost: CostSettings;
  readonly production: boolean;
  readonly log: FastifyBaseLogger;
  readonly clock: Clock;
  readonly authenticate: Authenticate;
  readonly createContext: CreateContext;
}

/** Subscriber: its request and its credentials. */
export interface SubscriptionClient {
  readonly request: FastifyRequest;
  readonly credentials: Credentials;
  /** Aborts when the subscriber's connection closes. */
  readonly connection: CancelSignal;
  /**
   * Called when the credentials have expired, in place of an error, where the client reconnects with fresh ones; it closes
   * the connection.
   */
  readonly onExpired?: () => void;
}

/** Message of a subscription. */
export interface Message {
  readonly data?: ExecutionResult["data"];
  readonly errors?: readonly GraphQLFormattedError[];
  readonly extensions?: { readonly cost: CostReport };
}

/** Messages of a subscription, until `return` ends it or no message can follow an error. */
export type Messages = Pick<AsyncGenerator<Message, undefined>, "next" | "return" | "throw"> & AsyncIterable<Message>;

/** Cancel reason of an operation that has been answered. */
export const ANSWERED = new Error("the operation was answered");
const CLIENT_LEFT = new Error("the subscriber disconnected");

/** Returns a client that waits until `over` aborts. */
export const waitingUntil = (over: CancelSource): Client => ({
  onEnd(listener) {
    const end = (): void => listener(over.reason === ANSWERED);
    if (over.aborted) end();
    else over.addEventListener("abort", end);
  },
});

/** Returns the messages that `changes` produce; calls `leave` once, after the last. */
export function follow(
  parts: MessageParts,
  operation: PreparedSubscription,
  subscriber: SubscriptionClient & { readonly caller: Caller },
  changes: AsyncIterableIterator<unknown>,
  leave: () => void,
): Messages {
  const closed = new CancelSource();
  closed.addEventListener("abort", leave);
  let isExpired = false;
  // A socket watches its credentials once for all of its subscriptions.
  if (!subscriber.onExpired) {
    void whenExpired(subscriber.caller, parts.clock, closed).then(() => {
      isExpired = true;
      return changes.return?.();
    });
  }
  async function* generate(): AsyncGenerator<Message, undefined> {
    try {
      for await (const change of changes) {
        const message = await answer(parts, operation, subscriber, change, closed);
        yield message;
        // No message follows one without data: the change is denied to the subscriber, or cannot be delivered.
        if (!message.data) return;
      }
      if (isExpired) throw new Unauthenticated("the token has expired");
    } catch (error) {
      if (error instanceof Unauthenticated && subscriber.onExpired) {
        subscriber.onExpired();
        return;
      }
      yield { errors: toClient(parts, errorsOf(error), subscriber.request, operation) };
    } finally {
      closed.abort(CLIENT_LEFT);
    }
  }
  const messages = generate();
  const end = async (): Promise<void> => {
    closed.abort(CLIENT_LEFT);
    // Releases a pending wait for the next change.
    await changes.return?.();
  };
  const { connection } = subscriber;
  const close = (): void => void end().then(() => messages.return(undefined));
  closed.addEventListener("abort", () => connection.removeEventListener("abort", close));
  if (connection.aborted) close();
  else connection.addEventListener("abort", close);
  return {
    next: () => messages.next(),
    return: () => end().then(() => messages.return(undefined)),
    throw: (error) => end().then(() => messages.throw(error)),
    [Symbol.asyncIterator]() {
      return this as never;
    },
  };
}

/** Turns a change into a message, as an operation of its own. Authenticates the subscriber again for each change. */
async function answer(
  { schema, cost, authenticate, createContext, ...parts }: MessageParts,
  { document, operation, variables, steps }: PreparedSubscription,
  { request, credentials }: SubscriptionClient,
  change: unknown,
  closed: CancelSource,
): Promise<Message> {
  const over = new CancelSource();
  const leave = (): void => over.abort(closed.reason);
  closed.addEventListener("abort", leave);
  try {
    const caller = await authenticate(credentials);
    const contextValue = await createContext(request, waitingUntil(over), caller);
    contextValue.callStats.setEstimate(totalOf(steps));
    const args = { schema, document, contextValue, variableValues: variables, rootValue: change };
    const { data, errors } = await execute(args);
    const formatted = errors && toClient(parts, errors, request, { operation });
    const code = formatted?.[0]?.extensions?.code as ErrorCode | undefined;
    contextValue.ended(nameOf(operation.name?.value), code ?? "ok");
    const { callStats, remainingOf } = contextValue;
    const extensions = cost.isShown && { extensions: { cost: reportCost(steps, callStats.byEndpoint(), remainingOf) } };
    return { ...(formatted && { errors: formatted }), data: data ?? null, ...extensions };
  } finally {
    closed.removeEventListener("abort", leave);
    over.abort(ANSWERED);
  }
}

/** Converts a failure to GraphQL errors. */
export function errorsOf(error: unknown): readonly GraphQLError[] {
  const known = error instanceof Unauthenticated ? new RequestError("UNAUTHENTICATED", error.message) : error;
  const originalError = known instanceof Error ? known : new Error(String(known));
  return [
    originalError instanceof GraphQLError ? originalError : new GraphQLError(originalError.message, { originalError }),
  ];
}

/** Logs errors and returns them in the form that clients see. */
export function toClient(
  { production, log }: Pick<MessageParts, "production" | "log">,
  errors: readonly GraphQLError[],
  { id }: FastifyRequest,
  of: Pick<PreparedSubscription, "operation"> | null,
): readonly GraphQLFormattedError[] {
  logErrors(log, errors, id, of?.operation.name?.value);
  const formatted = errors.map((error) => formatError(error.toJSON(), error));
  return withRequestId(production ? formatted.map(withoutSuggestions) : formatted, id);
}
