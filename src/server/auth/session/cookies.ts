import { type CookieSerializeOptions, fastifyCookie, Signer } from "@fastify/cookie";
import type { Secret } from "../../../core/secret.js";

/** Reads and writes the cookie of a session. */
export interface SessionCookie {
  readonly name: string;
  /** Returns the id of the session; `null` without one, or for one that this deployment has not signed. */
  read(header: string | undefined): string | null;
  /** Returns true if a request has the cookie, valid or not. */
  isSent(header: string | undefined): boolean;
  /** Returns a `Set-Cookie` that lasts until the browser closes, at most as long as the session. */
  set(id: string): string;
  clear(): string;
  /** Attributes of every cookie of this service. */
  readonly attributes: CookieSerializeOptions;
  /** Prefix that binds a cookie to this host and to HTTPS; empty on loopback without TLS. */
  readonly prefix: string;
}

/** Creates the cookie. Scripts cannot read it, other sites' requests do not carry it, and subdomains cannot set it. */
export function createSessionCookie(secrets: readonly Secret[], isSecure: boolean): SessionCookie {
  const signer = new Signer(secrets.map((secret) => secret.reveal()));
  const prefix = isSecure ? "__Host-" : "";
  const name = `${prefix}session`;
  const attributes = { path: "/", httpOnly: true, secure: isSecure, sameSite: "lax" } as const;
  const sentIn = (header: string | undefined): string | undefined => fastifyCookie.parse(header ?? "")[name];
  return {
    name,
    prefix,
    attributes,
    read(header) {
      const value = sentIn(header);
      return value === undefined ? null : signer.unsign(value).value;
    },
    isSent: (header) => sentIn(header) !== undefined,
    set: (id) => fastifyCookie.serialize(name, signer.sign(id), attributes),
    clear: () => fastifyCookie.serialize(name, "", { ...attributes, maxAge: 0 }),
  };
}
