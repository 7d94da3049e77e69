import type { FastifyBaseLogger, FastifyRequest } from "fastify";
import { type ExecutionResult, execute, GraphQLError, type GraphQLFormattedError } from "graphql";
import { type CancelSignal, CancelSource } from "../../core/cancellation.js";
import { type CostReport, reportCost, totalOf } from "../../graph/cost/report.js";
import { type ErrorCode, formatError, RequestError } from "../../graph/errors.js";
import { type Authenticate, type Credentials, Unauthenticated } from "../auth/authenticate.js";
import { logErrors, withoutSuggestions, withRequestId } from "../graphql/client-errors.js";
import type { Client, CreateContext } from "../graphql/operation.js";
import { type DocumentSettings, RefusedOperation, type SubscriptionOperation } from "./document.js";

/** What messages are made with. */
export interface MessageParts extends DocumentSettings {
  readonly production: boolean;
  readonly log: FastifyBaseLogger;
  readonly authenticate: Authenticate;
  readonly createContext: CreateContext;
}

/** Whoever subscribes: the request that they came with, and what they sign in with. */
export interface SubscriptionClient {
  readonly request: FastifyRequest;
  readonly credentials: Credentials;
  /** Stops when the connection that they have come by is closed. */
  readonly connection: CancelSignal;
}

/** A message of a subscription. */
export interface Message {
  readonly data?: ExecutionResult["data"];
  readonly errors?: readonly GraphQLFormattedError[];
  readonly extensions?: { readonly cost: CostReport };
}

/** The messages of a subscription, until it is ended with `return`, or there is none to come after an error. */
export type Messages = Pick<AsyncGenerator<Message, undefined>, "next" | "return" | "throw"> & AsyncIterable<Message>;

/** Ends the wait for the end of what has been answered. */
export const ANSWERED = new Error("it has been answered");
const CLIENT_LEFT = new Error("whoever subscribed has left");

/** Who waits until `over`. */
export const waitingUntil = (over: CancelSource): Client => ({
  onEnd(listener) {
    const end = (): void => listener(over.reason === ANSWERED);
    if (over.aborted) end();
    else over.addEventListener("abort", end);
  },
});

/** The messages that `changes` make; `leave` is called once, when the last has been. */
export function follow(
  parts: MessageParts,
  operation: SubscriptionOperation,
  subscriber: SubscriptionClient,
  changes: AsyncIterableIterator<unknown>,
  leave: () => void,
): Messages {
  const closed = new CancelSource();
  closed.addEventListener("abort", leave);
  async function* generate(): AsyncGenerator<Message, undefined> {
    try {
      for await (const change of changes) {
        const message = await answer(parts, operation, subscriber, change, closed);
        yield message;
        // Whoever may not see this change, or cannot be told of it, is told no other.
        if (!message.data) return;
      }
    } catch (error) {
      yield { errors: toClient(parts, errorsOf(error), subscriber.request, operation) };
    } finally {
      closed.abort(CLIENT_LEFT);
    }
  }
  const messages = generate();
  const end = async (): Promise<void> => {
    closed.abort(CLIENT_LEFT);
    // Whoever waits for a change, waits no more.
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

/** Makes a message of a change: as an operation of its own, for whoever the subscriber is by now. */
async function answer(
  { schema, cost, authenticate, createContext, ...parts }: MessageParts,
  { document, operation, name, variables, steps }: SubscriptionOperation,
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
    contextValue.ended(name, code ?? "ok");
    const { callStats, remainingOf } = contextValue;
    const extensions = cost.isShown && { extensions: { cost: reportCost(steps, callStats.byEndpoint(), remainingOf) } };
    return { ...(formatted && { errors: formatted }), data: data ?? null, ...extensions };
  } finally {
    closed.removeEventListener("abort", leave);
    over.abort(ANSWERED);
  }
}

/** What went wrong, as errors of GraphQL. */
export function errorsOf(error: unknown): readonly GraphQLError[] {
  if (error instanceof RefusedOperation) return error.errors;
  const known = error instanceof Unauthenticated ? new RequestError("UNAUTHENTICATED", error.message) : error;
  const originalError = known instanceof Error ? known : new Error(String(known));
  return [
    originalError instanceof GraphQLError ? originalError : new GraphQLError(originalError.message, { originalError }),
  ];
}

/** Errors as clients see them, and as the log has them. */
export function toClient(
  { production, log }: Pick<MessageParts, "production" | "log">,
  errors: readonly GraphQLError[],
  { id }: FastifyRequest,
  of: Pick<SubscriptionOperation, "operation"> | null,
): readonly GraphQLFormattedError[] {
  logErrors(log, errors, id, of?.operation.name?.value);
  const formatted = errors.map((error) => formatError(error.toJSON(), error));
  return withRequestId(production ? formatted.map(withoutSuggestions) : formatted, id);
}
