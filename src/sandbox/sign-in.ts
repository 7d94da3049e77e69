import { randomBytes } from "node:crypto";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { type Answer, failure, success } from "./answers.js";
import type { Marker, World } from "./world.js";

/** Only tenant of the sandbox. */
export const SANDBOX_TENANT_KEY = "sandbox-tenant";
/** Issuer of the sandbox's JWTs, and their audience. */
export const SANDBOX_ISSUER = "https://issuer.sandbox.test";
export const SANDBOX_AUDIENCE = "feishu-hire-graphql";

const ALGORITHM = "ES256";

/**
 * Service that issues tokens for the sandbox's people.
 * These are Feishu's own user_access_tokens, and JWTs as a company's issuer would sign them.
 */
export interface SignInService {
  /** Issues a user_access_token for a marker. */
  issueUserToken(marker: Marker): string;
  /** Returns the response of `authen/v1/user_info`; its failures come with HTTP 200. */
  userInfo(authorization: string | undefined): Answer;
  /** Signs a JWT with these claims. Issuer, audience and an hour of life are defaults that the claims may override. */
  signJwt(claims: Readonly<Record<string, unknown>>): Promise<string>;
  /** Returns the public keys. */
  jwks(): Promise<object>;
  /** Replaces the key: from now on only the new key signs and is published. */
  rotateKey(): void;
  /** Returns every token issued so far. None of them may ever appear in a log. */
  all(): readonly string[];
}

interface Key {
  readonly kid: string;
  readonly pair: ReturnType<typeof generateKeyPair>;
}

const newKey = (): Key => ({ kid: randomBytes(6).toString("hex"), pair: generateKeyPair(ALGORITHM) });

/** Returns a picture with the first character of a name. */
const avatarOf = (name: string): string =>
  `data:image/svg+xml,${encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><rect width="40" height="40" fill="#3370ff"/><text x="20" y="27" font-size="20" text-anchor="middle" fill="#fff">${name[0]}</text></svg>`,
  )}`;

/** Creates a service whose tokens live as long as it does. */
export function createSignInService(world: World, now: () => number): SignInService {
  const owners = new Map<string, Marker>();
  const signed: string[] = [];
  let key: Key | undefined;
  const currentKey = (): Key => {
    key ??= newKey();
    return key;
  };
  return {
    issueUserToken(marker) {
      const token = `u-${randomBytes(20).toString("hex")}`;
      owners.set(token, marker);
      return token;
    },
    userInfo(authorization) {
      const token = authorization?.replace(/^Bearer\s+/i, "").trim() ?? "";
      const owner = owners.get(token);
      if (!owner || !world.markers.includes(owner)) return failure(200, 20005, "The user access token is invalid.");
      const { open_id, union_id, user_id } = owner.ids;
      const { zh: name, en: en_name } = owner.name;
      const avatar_middle = avatarOf(name);
      return success({ name, en_name, open_id, union_id, user_id, avatar_middle, tenant_key: SANDBOX_TENANT_KEY });
    },
    async signJwt(claims) {
      const { kid, pair } = currentKey();
      const { privateKey } = await pair;
      const seconds = Math.floor(now() / 1000);
      const payload = { iss: SANDBOX_ISSUER, aud: SANDBOX_AUDIENCE, iat: seconds, exp: seconds + 3600, ...claims };
      const token = await new SignJWT(payload).setProtectedHeader({ alg: ALGORITHM, kid }).sign(privateKey);
      signed.push(token);
      return token;
    },
    async jwks() {
      const { kid, pair } = currentKey();
      const { publicKey } = await pair;
      return { keys: [{ ...(await exportJWK(publicKey)), kid, alg: ALGORITHM, use: "sig" }] };
    },
    rotateKey() {
      key = newKey();
    },
    all: () => [...owners.keys(), ...signed],
  };
}
