import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyRequest } from "fastify";
import type { Secret } from "../../core/secret.js";

/** Header in which a gateway sends its secret. */
const GATEWAY_HEADER = "x-gateway-secret";

/** Returns true if a request carries the gateway's secret. Timing does not reveal how much of it is right. */
export function isGateway({ headers }: FastifyRequest, secret: Secret | null): boolean {
  const shown = headers[GATEWAY_HEADER];
  if (secret === null || typeof shown !== "string") return false;
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(shown), digest(secret.reveal()));
}
