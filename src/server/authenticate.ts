import type { FastifyRequest } from "fastify";
import type { Caller } from "../authz/viewer.js";
import { Secret } from "../secret.js";

/** Finds out who sends a request; `null` is anybody, where nobody has to sign in. */
export type Authenticate = (request: FastifyRequest) => Promise<Caller>;

/** There are no credentials, or bad ones. The message never repeats them. */
export class Unauthenticated extends Error {
  override readonly name = "Unauthenticated";
}

/** Whether this can be a tenant's key: it becomes part of keys in Redis. */
export const isTenantKey = (key: unknown): key is string => typeof key === "string" && /^[\w-]{1,128}$/.test(key);

/** `AUTH_MODE=none`. */
export const authenticateNobody: Authenticate = async () => null;

/**
 * The bearer token of a request.
 * @throws {Unauthenticated} when there is none, or more than one.
 */
export function bearerTokenOf({ headers, raw }: FastifyRequest): Secret {
  const count = raw.rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === "authorization").length;
  const [, token] = /^Bearer ([\x21-\x7e]+)$/i.exec(headers.authorization ?? "") ?? [];
  if (!token || count !== 1) throw new Unauthenticated("sign in with the header Authorization: Bearer <token>");
  return new Secret(token);
}
