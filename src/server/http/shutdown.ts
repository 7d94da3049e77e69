import type { FastifyInstance } from "fastify";

/**
 * Tracks the drain of a service that is closing or about to close. From then on, each answer ends its connection.
 * Idle connections are cut once the last running request is answered. Kept alive, or opened in advance by a browser,
 * each would block the process until it times out.
 */
export function trackDraining(app: FastifyInstance): {
  readonly isDraining: () => boolean;
  readonly drain: () => void;
} {
  let draining = false;
  let closing = false;
  let running = 0;
  const cutIdleConnections = (): void => {
    if (!closing || running > 0) return;
    // After a whole turn, an answer that has just ended is on its way. Requests that arrived meanwhile are read.
    setImmediate(() => setImmediate(() => running === 0 && app.server.closeAllConnections()));
  };
  app.addHook("onRequest", async (_, reply) => {
    running += 1;
    reply.raw.once("close", () => {
      running -= 1;
      cutIdleConnections();
    });
  });
  app.addHook("onSend", async (_, reply) => {
    if (draining) reply.header("connection", "close");
  });
  app.addHook("preClose", async () => {
    draining = true;
    await acceptQueued(app.server);
    closing = true;
    cutIdleConnections();
  });
  return {
    isDraining: () => draining,
    drain() {
      draining = true;
    },
  };
}

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
    await new Promise((resolve) => setImmediate(resolve));
  }
  server.off("connection", onConnection);
}
