import type { FastifyInstance } from "fastify";

/**
 * Whether the service is closing. From then on answers end their connections: kept alive, each would hold the process up
 * until it times out.
 */
export function trackDraining(app: FastifyInstance): () => boolean {
  let draining = false;
  app.addHook("preClose", async () => {
    draining = true;
  });
  app.addHook("onSend", async (_, reply) => {
    if (draining) reply.header("connection", "close");
  });
  return () => draining;
}
