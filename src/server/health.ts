import type { FastifyInstance } from "fastify";

/** Where Prometheus looks. */
export interface Exposition {
  expose(): Promise<{ readonly text: string; readonly contentType: string }>;
}

/**
 * `/health/live`: the process answers. `/health/ready`: it takes requests, until it begins to drain.
 * `/metrics`: what Prometheus reads. None asks Feishu anything: probes must not spend the tenant's calls.
 */
export function addHealthRoutes(app: FastifyInstance, isDraining: () => boolean, metrics: Exposition): void {
  app.get("/metrics", async (_, reply) => {
    const { text, contentType } = await metrics.expose();
    return reply.type(contentType).send(text);
  });
  app.get("/health/live", async () => ({ status: "ok" }));
  app.get("/health/ready", async (_, reply) => {
    if (!isDraining()) return { status: "ok" };
    return reply.code(503).send({ status: "draining" });
  });
}
