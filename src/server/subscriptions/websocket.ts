import type { WebSocket } from "@fastify/websocket";
import type { FastifyBaseLogger, FastifyRequest } from "fastify";
import { type ExecutionArgs, GraphQLError, type GraphQLSchema } from "graphql";
import { makeServer, type ServerOptions } from "graphql-ws";
import type { Caller } from "../../authz/viewer.js";
import { CancelSource } from "../../core/cancellation.js";
import type { Clock } from "../../core/clock.js";
import { type Authenticate, type Credentials, credentialsOf, Unauthenticated } from "../auth/authenticate.js";
import type { OperationParams } from "./document.js";
import { whenExpired } from "./expiry.js";
import type { Messages } from "./messages.js";
import type { Subscriptions } from "./subscriptions.js";

/** Subscriptions over WebSockets, any number per connection, in the protocol of graphql-ws. */
export interface WebSockets {
  /** Serves a newly opened connection. */
  serve(socket: WebSocket, request: FastifyRequest): void;
  /** Ends all connections; their clients reconnect elsewhere. */
  endAll(): void;
}

/** Dependencies that serve connections. */
export interface WebSocketParts {
  readonly subscriptions: Subscriptions;
  readonly authenticate: Authenticate;
  readonly clock: Clock;
  readonly log: FastifyBaseLogger;
  readonly schema: GraphQLSchema;
  /** Returns the params to run, if the client may run them and stays within its rate limit. */
  readonly admit: (params: OperationParams, request: FastifyRequest, caller: Caller) => Promise<OperationParams>;
}

/** State of a connection; `caller` is set once the client has authenticated. */
interface Connection {
  readonly socket: WebSocket;
  readonly request: FastifyRequest;
  /** Aborts when the connection closes. */
  readonly closed: CancelSource;
  /** Ids of subscriptions that are being opened. */
  readonly opening: Set<string>;
  credentials: Credentials;
  caller: Caller;
}

/** Maximum bytes of a message; a client's largest is its document. */
export const MAX_MESSAGE_BYTES = 256 * 1024;

/** Maximum bytes that wait for a client to read them; no answer is this large. */
const MAX_WAITING_BYTES = 4 * 1024 * 1024;
/** Maximum length of a close reason. The protocol allows 123 bytes, and graphql-ws includes client ids. */
const MAX_REASON_CHARS = 40;

/**
 * Milliseconds between pings, because proxies close silent connections.
 * The client must answer each ping before the next.
 */
const PING_EVERY_MS = 12_000;

/** Close codes of the graphql-ws protocol and of WebSockets. */
const CLOSED = {
  failed: [4500, "Internal server error"],
  refused: [4401, "Unauthorized"],
  // Clients reconnect after it, with a fresh token; 4401 would end them.
  expired: [4403, "Forbidden"],
  repeated: [4409, "Subscriber already exists"],
  later: [1013, "Try again later"],
  restart: [1012, "Service restart"],
} as const;

/** Milliseconds after which a client that does not answer the close frame is cut off. */
const GOODBYE_MS = 1000;

const GONE = new Error("the connection is closed");

/** Creates the WebSocket transport, with no connection open. */
export function createWebSockets(parts: WebSocketParts): WebSockets {
  const { clock, log } = parts;
  const sockets = new Set<WebSocket>();
  const server = makeServer<Params, Connection>(hooksOf(parts));

  const keepAlive = async (socket: WebSocket): Promise<void> => {
    const closed = new AbortController();
    socket.once("close", () => closed.abort(GONE));
    let isAlive = true;
    socket.on("pong", () => {
      isAlive = true;
    });
    for (await clock.sleep(PING_EVERY_MS, closed.signal); isAlive; await clock.sleep(PING_EVERY_MS, closed.signal)) {
      isAlive = false;
      socket.ping();
    }
    socket.terminate();
  };

  return {
    serve(socket, request) {
      const closed = new CancelSource();
      const fail = (err: unknown): void => {
        log.error({ requestId: request.id, err }, "WebSocket connection failed");
        socket.close(...CLOSED.failed);
      };
      sockets.add(socket);
      const end = server.opened(
        {
          protocol: socket.protocol,
          send: (text) => new Promise((resolve) => socket.send(text, () => resolve())),
          close: (code, reason) => socket.close(code, reason?.slice(0, MAX_REASON_CHARS)),
          onMessage(receive) {
            socket.on("message", (data) => {
              if (socket.bufferedAmount > MAX_WAITING_BYTES) socket.terminate();
              else receive(String(data)).catch(fail);
            });
          },
        },
        { socket, request, closed, opening: new Set(), credentials: credentialsOf(request), caller: null },
      );
      socket.on("error", ({ message: reason }) => {
        log.warn({ requestId: request.id, reason }, "WebSocket connection broken");
        socket.terminate();
      });
      socket.once("close", (code, reason) => {
        sockets.delete(socket);
        closed.abort(GONE);
        end(code, String(reason)).catch(fail);
      });
      keepAlive(socket).catch(() => {});
    },
    endAll() {
      const all = [...sockets];
      for (const socket of all) socket.close(...CLOSED.restart);
      void clock.sleep(GOODBYE_MS).then(() => {
        for (const socket of all) socket.terminate();
      });
    },
  };
}

type Params = Readonly<Record<string, unknown>>;

/**
 * Returns the credentials of a connection. Browsers cannot set WebSocket headers.
 * They authenticate with their first message, `{ authorization: "Bearer …" }`.
 */
function credentialsIn(params: Params | undefined, { credentials }: Connection): Credentials {
  const given = Object.entries(params ?? {}).filter(([name]) => name.toLowerCase() === "authorization");
  return given.length > 0
    ? { ...credentials, authorization: given.map(([, value]) => (typeof value === "string" ? value : "")) }
    : credentials;
}

/** Returns the hooks that graphql-ws calls. */
const hooksOf = ({
  subscriptions,
  authenticate,
  schema,
  admit,
  clock,
  log,
}: WebSocketParts): ServerOptions<Params, Connection> => ({
  async onConnect({ connectionParams, extra }) {
    try {
      extra.credentials = credentialsIn(connectionParams, extra);
      extra.caller = await authenticate(extra.credentials);
      void whenExpired(extra.caller, clock, extra.closed).then(() => extra.socket.close(...CLOSED.expired));
      return true;
    } catch (err) {
      if (!(err instanceof Unauthenticated))
        log.warn({ requestId: extra.request.id, err }, "Authentication could not be completed");
      const [code, reason] = err instanceof Unauthenticated ? CLOSED.refused : CLOSED.later;
      extra.socket.close(code, reason);
      return false;
    }
  },
  async onSubscribe({ extra: { socket, request, closed: connection, opening, credentials, caller } }, id, payload) {
    if (opening.has(id)) {
      socket.close(...CLOSED.repeated);
      return [new GraphQLError("the subscription id is already in use")];
    }
    opening.add(id);
    const read = () => admit(payload, request, caller);
    const onExpired = (): void => socket.close(...CLOSED.expired);
    const opened = await subscriptions.open(read, { request, credentials, connection, onExpired });
    opening.delete(id);
    if ("errors" in opened && opened.errors.some(({ extensions }) => extensions?.code === "UNAUTHENTICATED")) {
      socket.close(...CLOSED.expired);
    }
    if ("errors" in opened)
      return opened.errors.map(({ message, ...more }) => new GraphQLError(message, more as object));
    return { schema, document: opened.document, contextValue: opened.messages };
  },
  subscribe: (args: ExecutionArgs) => args.contextValue as Messages as never,
  // Messages already have the form that clients receive.
  onNext: (_, __, ___, ____, message) => message as never,
});
