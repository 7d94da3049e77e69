import type { FastifyRequest } from "fastify";

/** Rejects an invalid host. The integration builds a URL from it and would report a server fault. */
export async function refuseBrokenHost({ hostname }: FastifyRequest): Promise<void> {
  if (URL.canParse(`http://${hostname}/`)) return;
  throw Object.assign(new Error("the Host header must be a valid host"), { statusCode: 400 });
}

const LOOPBACK_NAMES = new Set(["localhost", "127.0.0.1", "[::1]"]);

const isLoopback = (host: string): boolean =>
  URL.canParse(`http://${host}/`) && LOOPBACK_NAMES.has(new URL(`http://${host}/`).hostname);

/**
 * Rejects a host that is not loopback. A foreign page may reach this service under its own name (DNS rebinding).
 * Browsers would let that page read the answer. The header itself counts, too: that page can send any
 * `X-Forwarded-Host`.
 */
export async function refuseForeignHost({ hostname, headers }: FastifyRequest): Promise<void> {
  if (isLoopback(hostname) && isLoopback(headers.host ?? "")) return;
  const message =
    "the Host header must be localhost, 127.0.0.1 or [::1] while authentication is off; ALLOW_UNAUTHENTICATED=1 lifts this limit";
  throw Object.assign(new Error(message), { statusCode: 403 });
}
