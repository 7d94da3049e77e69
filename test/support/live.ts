import { createClient as createSseClient } from "graphql-sse";
import { createClient as createWsClient } from "graphql-ws";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import type { ClientAnswer, ClientError } from "./harness.js";

/** A message of a subscription as untyped JSON. */
// biome-ignore lint/suspicious/noExplicitAny: ad hoc operations have no generated types
export type LiveMessage = ClientAnswer<any> & { readonly extensions?: any };

/** A subscription as a client sees it. */
export interface Live {
  /** Returns the next message, or `null` when the service has ended the subscription. */
  next(): Promise<LiveMessage | null>;
  /** Returns the change in the next message; fails if the message is an error. */
  // biome-ignore lint/suspicious/noExplicitAny: ad hoc operations have no generated types
  change(): Promise<any>;
  /** Ends the subscription from the client's side. */
  end(): Promise<void>;
}

/** Transports of subscriptions. */
export const WAYS = ["sse", "websocket"] as const;
export type Way = (typeof WAYS)[number];

/** Subscription that most tests use. */
export const CHANGED = `subscription Changed($userId: ID!, $status: ExamMarkingStatus, $since: String) {
  examMarkingTasksChanged(userId: $userId, status: $status, since: $since) {
    tasks { id status } removedIds total position interruption { code retryAfterMs }
  }
}`;

/** Options of a subscription. */
interface SubscribeOptions {
  readonly query?: string;
  readonly operationName?: string;
  readonly extensions?: Record<string, unknown>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Subscribes as clients do, without retries; ends with the test. */
export function subscribe(
  way: Way,
  url: string,
  variables: object,
  { query = CHANGED, extensions = {}, headers = {}, ...more }: SubscribeOptions = {},
): Live {
  const payload = { ...more, query, extensions, variables: variables as Record<string, unknown> };
  const messages = (
    way === "sse"
      ? createSseClient({ url: `${url}/graphql`, headers, retryAttempts: 0 }).iterate(payload)
      : createWsClient({
          url: `${url.replace("http", "ws")}/graphql`,
          webSocketImpl: WebSocket,
          connectionParams: headers,
          retryAttempts: 0,
        }).iterate(payload)
  ) as AsyncIterableIterator<LiveMessage>;
  const end = async (): Promise<void> => {
    await messages.return?.();
  };
  onTestFinished(end);
  const next = async (): Promise<LiveMessage | null> => {
    const { done, value } = await messages.next();
    return done ? null : value;
  };
  return {
    next,
    end,
    async change() {
      const message = await next();
      if (!message?.data) throw new Error(`expected a change, received ${JSON.stringify(message)}`);
      return message.data.examMarkingTasksChanged;
    },
  };
}

/** Returns the error that a subscription fails with, whatever form its transport uses. */
export async function failureOf(live: Live): Promise<ClientError> {
  const fromErrors = (errors: unknown): ClientError => {
    if (Array.isArray(errors)) return errors[0];
    throw errors;
  };
  return live.next().then((message) => fromErrors(message?.errors), fromErrors);
}
