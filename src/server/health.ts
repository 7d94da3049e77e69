import type { FastifyInstance } from "fastify";

/**
 * `/health/live`: the process answers. `/health/ready`: it takes requests, until it begins to drain.
 * Neither asks Feishu anything: probes must not spend the tenant's calls.
 */
export function addHealthRoutes(app: FastifyInstance, isDraining: () => boolean): void {
  app.get("/health/live", async () => ({ status: "ok" }));
  app.get("/health/ready", async (_, reply) => {
    if (!isDraining()) return { status: "ok" };
    return reply.code(503).send({ status: "draining" });
  });
}
