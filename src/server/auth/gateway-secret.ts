import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyRequest } from "fastify";
import type { Secret } from "../../core/secret.js";

/** The header in which a router shows that it is one. */
const GATEWAY_HEADER = "x-gateway-secret";

/** Whether a request shows the gateway's secret; how long the comparison takes does not tell how much of it is right. */
export function isGateway({ headers }: FastifyRequest, secret: Secret | null): boolean {
  const shown = headers[GATEWAY_HEADER];
  if (secret === null || typeof shown !== "string") return false;
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(shown), digest(secret.reveal()));
}
