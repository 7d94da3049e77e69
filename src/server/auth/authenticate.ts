import type { FastifyRequest } from "fastify";
import type { Caller } from "../../authz/viewer.js";
import { Secret } from "../../core/secret.js";

/** What somebody signs in with. */
export interface Credentials {
  /** As the header `Authorization` has it; a request that has the header more than once is not to be trusted. */
  readonly authorization: readonly string[];
  /** The address that they come from. */
  readonly ip: string;
}

/** Finds out who asks; `null` is anybody, where nobody has to sign in. */
export type Authenticate = (credentials: Credentials) => Promise<Caller>;

/** What a request signs in with. */
export function credentialsOf({ ip, raw: { rawHeaders } }: FastifyRequest): Credentials {
  const isAuthorization = (_: string, i: number): boolean => rawHeaders[i - 1]?.toLowerCase() === "authorization";
  return { authorization: rawHeaders.filter((value, i) => i % 2 === 1 && isAuthorization(value, i)), ip };
}

/** There are no credentials, or bad ones. The message never repeats them. */
export class Unauthenticated extends Error {
  override readonly name = "Unauthenticated";
}

/** Whether this can be a tenant's key: it becomes part of keys in Redis. */
export const isTenantKey = (key: unknown): key is string => typeof key === "string" && /^[\w-]{1,128}$/.test(key);

/** `AUTH_MODE=none`. */
export const authenticateNobody: Authenticate = async () => null;

/**
 * The bearer token among credentials.
 * @throws {Unauthenticated} when there is none, or more than one.
 */
export function bearerTokenOf({ authorization }: Credentials): Secret {
  const [, token] = /^Bearer ([\x21-\x7e]+)$/i.exec(authorization[0] ?? "") ?? [];
  if (!token || authorization.length !== 1)
    throw new Unauthenticated("sign in with the header Authorization: Bearer <token>");
  return new Secret(token);
}

/** Callers are told apart by this: in lines, in counters. An id means nothing without its kind. */
export const keyOf = (caller: Caller, { ip }: Pick<FastifyRequest, "ip">): string =>
  caller ? `${caller.tenant ?? ""} ${caller.idType} ${caller.userId}` : ip;
