import { once } from "node:events";
import { Readable } from "node:stream";
import type { FastifyReply, FastifyRequest } from "fastify";
import { createHandler } from "graphql-sse";
import Negotiator from "negotiator";
import { neverCancelled } from "../../core/cancellation.js";
import { credentialsOf } from "../auth/authenticate.js";
import { paramsOf } from "../graphql/params.js";
import type { OperationParams } from "./document.js";
import type { Subscriptions } from "./subscriptions.js";

/** Subscriptions as server-sent events, with one connection each. */
export interface EventStreams {
  /** Answers a request with a stream of its subscription's messages. */
  answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>;
  /** Ends all connections; their clients reconnect elsewhere. */
  endAll(): void;
  /** Ends all connections, and those still opening once they are open. */
  close(): void;
}

const EVENT_STREAM = "text/event-stream";

/** Headers that keep proxies (nginx, CDNs, compressors) from holding messages back. */
const UNBUFFERED = { "x-accel-buffering": "no", "cache-control": "no-cache, no-transform" };

/** Returns true if a request prefers a stream to JSON. */
export const wantsEventStream = ({ headers }: FastifyRequest): boolean =>
  new Negotiator({ headers }).mediaType(ANSWER_TYPES) === EVENT_STREAM;

const ANSWER_TYPES = ["application/json", "application/graphql-response+json", EVENT_STREAM];

/** Context that graphql-sse carries with a request. */
interface Context {
  readonly reply: FastifyReply;
  readonly messages: AsyncIterable<object>;
}

/** Yields one message: a subscription that fails at once is a stream of one. */
async function* just<T>(message: T): AsyncGenerator<T> {
  yield message;
}

/** Creates the transport for server-sent events, with no stream open. */
export function createEventStreams({ open }: Subscriptions): EventStreams {
  const bodies = new Set<AsyncGenerator<string>>();
  let isClosed = false;
  const handle = createHandler<FastifyRequest, Context>({
    // Each stream belongs to one connection; no stream is found by a token.
    authenticate: () => null,
    onSubscribe: ({ context }) => context.messages as never,
    // A client that does not read must not fill the memory.
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
      const read = () => paramsOf(request) as OperationParams;
      const opened = await open(read, { request, credentials: credentialsOf(request), connection: neverCancelled });
      const messages = "errors" in opened ? just(opened) : opened.messages;
      const [body, { status, headers = {} }] = await handle({
        method: "POST",
        url: request.url,
        // The accept header and the content type are already checked.
        headers: { get: (name) => ({ accept: EVENT_STREAM, "content-type": "application/json" })[name] ?? null },
        body: { query: "subscription" },
        raw: request,
        context: { reply, messages },
      });
      // The library's `content-encoding: none` is no coding of HTTP.
      const { "content-encoding": _, ...sent } = headers;
      reply.code(status).headers({ ...sent, ...UNBUFFERED });
      if (body === null || typeof body === "string") return reply.send(body);
      bodies.add(body);
      const end = (): void => {
        bodies.delete(body);
        void body.return(undefined);
      };
      // A client that disconnected during opening emits no further event.
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
