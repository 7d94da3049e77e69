import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { FastifyInstance } from "fastify";
import type { Clock } from "../../core/clock.js";

/** Dependencies of draining. */
export interface DrainOptions {
  readonly clock: Clock;
  /** Milliseconds of silence after which a connection is closed: a request may be on its way to it. */
  readonly graceMs: number;
}

/** A client's connection: its requests so far, and those that run. */
interface Connection {
  requests: number;
  running: number;
  /** Last request; the connections checker of Node ends with the listener, so that a stalled one would never end. */
  last: IncomingMessage | null;
}

/** Drain of a service. */
export interface Drain {
  readonly isDraining: () => boolean;
  /** From now on, each answer ends its connection. */
  begin(): void;
  /** Closes the connections, each after its answers or after a grace of silence, while the service still listens. */
  closeConnections(): Promise<void>;
}

/**
 * Tracks the connections of a service, to drain it without losing a request. A client that keeps a connection alive may
 * have a request on its way when the connection is closed.
 */
export function trackDraining(app: FastifyInstance, { clock, graceMs }: DrainOptions): Drain {
  let isDraining = false;
  let isClosing = false;
  const connections = new Map<Socket, Connection>();

  const closeWhenSilent = async (socket: Socket, connection: Connection): Promise<void> => {
    const { requests } = connection;
    await (graceMs > 0 ? clock.sleep(graceMs) : nextTurn().then(nextTurn));
    const isStalled = connection.last !== null && !connection.last.complete;
    if ((connection.running === 0 || isStalled) && connection.requests === requests) socket.destroy();
  };
  app.server.on("connection", (socket: Socket) => {
    const connection: Connection = { requests: 0, running: 0, last: null };
    connections.set(socket, connection);
    socket.once("close", () => connections.delete(socket));
    if (isClosing) void closeWhenSilent(socket, connection);
  });
  app.addHook("onRequest", async ({ raw }, reply) => {
    const { socket } = raw;
    const connection = connections.get(socket);
    if (!connection) return;
    connection.last = raw;
    connection.requests += 1;
    connection.running += 1;
    reply.raw.once("close", () => {
      connection.running -= 1;
      if (isClosing && connection.running === 0) void closeWhenSilent(socket, connection);
    });
  });
  app.addHook("onSend", async (_, reply) => {
    if (isDraining) reply.header("connection", "close");
  });
  return {
    isDraining: () => isDraining,
    begin() {
      isDraining = true;
    },
    async closeConnections() {
      isDraining = true;
      isClosing = true;
      const open = [...connections];
      const closed = open.map(([socket]) => new Promise((resolve) => socket.once("close", resolve)));
      for (const [socket, connection] of open) void closeWhenSilent(socket, connection);
      // A connection whose request still runs needs no listener; it closes after its answer.
      if (graceMs > 0 && open.length > 0) await Promise.race([Promise.all(closed), clock.sleep(graceMs)]);
      await acceptQueued(app.server);
    },
  };
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Maximum turns of the event loop in which waiting connections are accepted. */
const MAX_TURNS = 10_000;
/** Turns without a new connection after which none is waiting. */
const QUIET_TURNS = 3;

/**
 * Accepts the connections that the operating system has queued. The system resets them, with their requests,
 * once the server stops listening. A busy process accepts one connection per turn of its event loop.
 */
async function acceptQueued(server: FastifyInstance["server"]): Promise<void> {
  let quietTurns = 0;
  const onConnection = (): void => {
    quietTurns = 0;
  };
  server.on("connection", onConnection);
  for (let turn = 0; turn < MAX_TURNS && quietTurns < QUIET_TURNS; turn++) {
    quietTurns += 1;
    await nextTurn();
  }
  server.off("connection", onConnection);
}
