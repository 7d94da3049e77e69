import { once } from "node:events";
import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import { createHandler } from "graphql-sse";
import Negotiator from "negotiator";
import { neverCancelled } from "../../core/cancellation.js";
import { credentialsOf } from "../auth/authenticate.js";
import type { OperationParams } from "./document.js";
import type { Subscriptions } from "./subscriptions.js";

/** Subscriptions as server-sent events: one connection for each. */
export interface EventStreams {
  /** Answers a request with the stream of its subscription's messages. */
  answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>;
  /** Ends all connections, which their clients then open anew elsewhere. */
  endAll(): void;
  /** The same, and of those that are still being opened when they are. */
  close(): void;
}

const EVENT_STREAM = "text/event-stream";

/** Whether a request would rather have a stream than JSON. */
export const wantsEventStream = ({ method, headers }: FastifyRequest): boolean =>
  method === "POST" && new Negotiator({ headers }).mediaType(ANSWER_TYPES) === EVENT_STREAM;

const ANSWER_TYPES = ["application/json", "application/graphql-response+json", EVENT_STREAM];

/** What graphql-sse is told of a request beside it. */
interface Context {
  readonly reply: FastifyReply;
  readonly messages: AsyncIterable<object>;
}

/** What fails at once is a stream of one message. */
async function* just<T>(message: T): AsyncGenerator<T> {
  yield message;
}

/** No stream is open yet. */
export function createEventStreams({ open }: Subscriptions): EventStreams {
  const bodies = new Set<AsyncGenerator<string>>();
  let isClosed = false;
  const handle = createHandler<FastifyRequest, Context>({
    // Each stream is a connection's own: there are none to be found by a token.
    authenticate: () => null,
    onSubscribe: ({ context }) => context.messages as never,
    // Whoever does not read does not fill the memory.
    async onNext(_, { context: { reply } }) {
      if (!reply.raw.writableNeedDrain) return;
      const over = new AbortController();
      const events = ["drain", "close"].map((name) => once(reply.raw, name, over));
      await Promise.race(events).finally(() => over.abort());
    },
  });

  const endAll = (): void => {
    for (const body of bodies) void body.return(undefined);
  };

  return {
    async answer(request, reply) {
      const read = () => (request.body ?? {}) as OperationParams;
      const opened = await open(read, { request, credentials: credentialsOf(request), connection: neverCancelled });
      const messages = "errors" in opened ? just(opened) : opened.messages;
      const [body, { status, headers = {} }] = await handle({
        method: "POST",
        url: request.url,
        // What it accepts, and in which form it came, has been looked at.
        headers: { get: (name) => ({ accept: EVENT_STREAM, "content-type": "application/json" })[name] ?? null },
        body: { query: "subscription" },
        raw: request,
        context: { reply, messages },
      });
      reply.code(status).headers(headers);
      if (body === null || typeof body === "string") return reply.send(body);
      bodies.add(body);
      const end = (): void => {
        bodies.delete(body);
        void body.return(undefined);
      };
      // Whoever has left while it was opened is told by no event any more.
      if (isClosed || reply.raw.destroyed) end();
      else reply.raw.once("close", end);
      return reply.send(Readable.from(body));
    },
    endAll,
    close() {
      isClosed = true;
      endAll();
    },
  };
}
