import { randomBytes } from "node:crypto";

/** Only secret that the sandbox accepts, for any app id. `.env.example` names it. */
export const SANDBOX_SECRET = "sandbox-secret";

const LIFE_MS = 2 * 3600_000;
/** Remaining life in milliseconds below which Feishu issues a new token; otherwise it returns the old one. */
const RENEWABLE_MS = 30 * 60_000;

interface Issued {
  readonly value: string;
  readonly appId: string;
  /** Tenant of the token; `null` means the app's own tenant. */
  readonly tenantKey: string | null;
  readonly expiresAtMs: number;
}

/** Tokens of every app, with Feishu's rules of remaining life. */
export interface TokenService {
  /** Returns the flat response of the token endpoint; its failures come with HTTP 200. */
  issue(appId: unknown, appSecret: unknown, tenantKey?: string): Readonly<Record<string, unknown>>;
  /** Returns the app of a bearer token and the tenant of a store app's token, or Feishu's error code. */
  check(
    authorization: string | undefined,
  ): { readonly appId: string; readonly tenantKey: string | null } | { readonly code: number; readonly msg: string };
  /** Returns every token issued so far, valid or not. None of them may ever appear in a log. */
  all(): readonly string[];
  /** Invalidates every token issued so far. */
  expireAll(): void;
}

/** Creates a token service on an injected clock. */
export function createTokenService(now: () => number): TokenService {
  let issued: Issued[] = [];
  const everIssued: string[] = [];
  return {
    issue(appId, appSecret, tenantKey) {
      if (typeof appId !== "string" || appId === "") return { code: 10003, data: {}, msg: "invalid param" };
      if (appSecret !== SANDBOX_SECRET) return { code: 10014, msg: "app secret invalid" };
      const owner = tenantKey ?? null;
      const newest = issued.findLast((token) => token.appId === appId && token.tenantKey === owner);
      const remainingMs = newest ? newest.expiresAtMs - now() : 0;
      const token =
        newest && remainingMs >= RENEWABLE_MS
          ? newest
          : {
              value: `t-g104${randomBytes(16).toString("hex")}`,
              appId,
              tenantKey: owner,
              expiresAtMs: now() + LIFE_MS,
            };
      if (token !== newest) {
        issued.push(token);
        everIssued.push(token.value);
      }
      const expire = Math.floor((token.expiresAtMs - now()) / 1000);
      return { code: 0, msg: "ok", tenant_access_token: token.value, expire };
    },
    check(authorization) {
      const value = authorization?.replace(/^Bearer\s+/i, "").trim();
      if (!value) return { code: 99991661, msg: "Missing access token for authorization." };
      if (!/^[tu]-/.test(value)) return { code: 99991671, msg: "Invalid access token: it must start with t- or u-." };
      const token = issued.find((candidate) => candidate.value === value && candidate.expiresAtMs > now());
      return token
        ? { appId: token.appId, tenantKey: token.tenantKey }
        : { code: 99991663, msg: "Invalid access token for authorization." };
    },
    all: () => everIssued,
    expireAll() {
      issued = [];
    },
  };
}
