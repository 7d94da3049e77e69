import type { FastifyInstance } from "fastify";

/**
 * Whether the service is closing, or about to. From then on answers end their connections, and once the last running request is
 * answered, connections that carry none are cut: kept alive, or opened in advance by a browser, each would hold the process
 * up until it times out.
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
    // After a whole turn: an answer that has just ended is then on its way, and what came while nobody looked has been read.
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
    await takeWaiting(app.server);
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

/** The most turns of the event loop for which connections that wait to be taken are taken. */
const MAX_TURNS = 10_000;
/** Turns without a new connection, after which none waits. */
const QUIET_TURNS = 3;

/**
 * Takes the connections that the system holds for us: once nobody listens, it resets them, with the requests that they bring. A
 * process that has much to do takes one each turn of its event loop.
 */
async function takeWaiting(server: FastifyInstance["server"]): Promise<void> {
  let quietTurns = 0;
  const taken = (): void => {
    quietTurns = 0;
  };
  server.on("connection", taken);
  for (let turn = 0; turn < MAX_TURNS && quietTurns < QUIET_TURNS; turn++) {
    quietTurns += 1;
    await new Promise((resolve) => setImmediate(resolve));
  }
  server.off("connection", taken);
}
