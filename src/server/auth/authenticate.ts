import type { FastifyRequest } from "fastify";
import type { Caller } from "../../authz/viewer.js";
import { Secret } from "../../core/secret.js";

/** Credentials of a caller. */
export interface Credentials {
  /** Values of the `Authorization` header. A request that repeats the header is not trusted. */
  readonly authorization: readonly string[];
  /** The `Cookie` header, which holds the session of a browser. */
  readonly cookies?: string | undefined;
  /** IP address of the client. */
  readonly ip: string;
}

/** Identifies the caller; `null` is an anonymous caller, where authentication is off. */
export type Authenticate = (credentials: Credentials) => Promise<Caller>;

/** Returns the credentials of a request. */
export function credentialsOf({ ip, headers, raw: { rawHeaders } }: FastifyRequest): Credentials {
  const isAuthorization = (_: string, i: number): boolean => rawHeaders[i - 1]?.toLowerCase() === "authorization";
  return {
    authorization: rawHeaders.filter((value, i) => i % 2 === 1 && isAuthorization(value, i)),
    cookies: headers.cookie,
    ip,
  };
}

/** Missing or invalid credentials. The message never repeats them. */
export class Unauthenticated extends Error {
  override readonly name = "Unauthenticated";
  /** Claim of a token that is not as configured, for the log; `null` when the claims are not the reason. */
  readonly claim: string | null;

  constructor(message: string, claim: string | null = null) {
    super(message);
    this.claim = claim;
  }
}

/** Returns true for a well-formed tenant key. It becomes part of keys in Redis. */
export const isTenantKey = (key: unknown): key is string => typeof key === "string" && /^[\w-]{1,128}$/.test(key);

/** Authenticator of `AUTH_MODE=none`: every caller is anonymous. */
export const authenticateNobody: Authenticate = async () => null;

/**
 * Returns the bearer token of credentials.
 * @throws {Unauthenticated} without a token, or with more than one.
 */
export function bearerTokenOf({ authorization }: Credentials): Secret {
  const [, token] = /^Bearer ([\x21-\x7e]+)$/i.exec(authorization[0] ?? "") ?? [];
  if (!token || authorization.length !== 1)
    throw new Unauthenticated("authentication required: send exactly one header Authorization: Bearer <token>");
  return new Secret(token);
}

/** Returns the key that identifies a caller in queues and counters. An id means nothing without its kind. */
export const keyOf = (caller: Caller, { ip }: Pick<FastifyRequest, "ip">): string =>
  caller ? `${caller.tenant ?? ""} ${caller.idType} ${caller.userId}` : ip;
