import type { FastifyPluginAsync } from "fastify";

/** Known state of the connection to Feishu, without a call. */
export interface Readiness {
  /** Feishu refuses the app: every request to this replica fails. */
  readonly isRefused: boolean;
  /** Quotas are shared with other replicas; `null` without Redis. A replica alone still serves, with less quota. */
  readonly isShared: boolean | null;
}

/** Source of the metrics for Prometheus. */
export interface Exposition {
  expose(): Promise<{ readonly text: string; readonly contentType: string }>;
}

/** Seconds after which a probe may ask again. */
const RETRY_AFTER_S = 5;

/** Options of the health routes. */
export interface HealthOptions {
  isDraining(): boolean;
  readiness(): Readiness;
  readonly metrics: Exposition;
}

/**
 * Adds `/health/live` (liveness), `/health/ready` (readiness, as far as the process knows) and `/metrics` (Prometheus).
 * None of them calls Feishu: probes must not spend the tenant's quota.
 */
export const healthRoutes: FastifyPluginAsync<HealthOptions> = async (app, { isDraining, readiness, metrics }) => {
  app.get("/metrics", async (_, reply) => {
    const { text, contentType } = await metrics.expose();
    return reply.type(contentType).send(text);
  });
  app.get("/health/live", async () => ({ status: "ok" }));
  app.get("/health/ready", async (_, reply) => {
    const { isRefused, isShared } = readiness();
    const redis = isShared === null ? "none" : isShared ? "shared" : "away";
    if (isDraining() || isRefused) reply.header("retry-after", RETRY_AFTER_S);
    if (isDraining()) return reply.code(503).send({ status: "draining", redis });
    if (isRefused) return reply.code(503).send({ status: "refused by Feishu", redis });
    return { status: "ok", redis };
  });
};
