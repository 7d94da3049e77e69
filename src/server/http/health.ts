import type { FastifyInstance } from "fastify";

/** What is known of the way to Feishu, without asking. */
export interface Readiness {
  /** Feishu refuses the app: whoever is sent here gets nothing but errors. */
  readonly isRefused: boolean;
  /** Whether quotas are shared with other replicas; `null` where there is no Redis. Alone it serves as well, with less. */
  readonly isShared: boolean | null;
}

/** Where Prometheus looks. */
export interface Exposition {
  expose(): Promise<{ readonly text: string; readonly contentType: string }>;
}

/**
 * `/health/live`: the process answers. `/health/ready`: it takes requests, and can answer them as far as it knows.
 * `/metrics`: what Prometheus reads. None asks Feishu anything: probes must not spend the tenant's calls.
 */
export function addHealthRoutes(
  app: FastifyInstance,
  isDraining: () => boolean,
  readiness: () => Readiness,
  metrics: Exposition,
): void {
  app.get("/metrics", async (_, reply) => {
    const { text, contentType } = await metrics.expose();
    return reply.type(contentType).send(text);
  });
  app.get("/health/live", async () => ({ status: "ok" }));
  app.get("/health/ready", async (_, reply) => {
    const { isRefused, isShared } = readiness();
    const redis = isShared === null ? "none" : isShared ? "shared" : "away";
    if (isDraining()) return reply.code(503).send({ status: "draining", redis });
    if (isRefused) return reply.code(503).send({ status: "refused by Feishu", redis });
    return { status: "ok", redis };
  });
}
