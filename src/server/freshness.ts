import type { FastifyRequest } from "fastify";

/** Whether a request asks not to be answered from what is held: `Cache-Control: no-cache`, or stricter. */
export function wantsFresh({ headers }: FastifyRequest): boolean {
  return /(^|,)\s*(no-cache|no-store)\s*(,|$)/i.test(headers["cache-control"] ?? "");
}
