import type { FastifyRequest } from "fastify";

/**
 * Returns true if a request comes from a page of this service, or from no page at all. Browsers state the origin of
 * every request that can change something, and the relation of the sites where they know it.
 */
export function isOwnOrigin({ headers, host }: FastifyRequest, publicUrl: string | null): boolean {
  const { origin } = headers;
  const site = headers["sec-fetch-site"];
  if (origin === undefined) return site === undefined || site === "same-origin" || site === "none";
  // With the scheme: a page that an attacker has injected over http must not use a session of https.
  if (publicUrl !== null) return origin === new URL(publicUrl).origin;
  return URL.canParse(origin) && new URL(origin).host === host;
}
