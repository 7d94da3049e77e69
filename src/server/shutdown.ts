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
