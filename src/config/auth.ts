import { z } from "zod";
import { flag, httpUrl, longSecret, oneOf, rule, type SettingsOf, subject, text } from "./env.js";
import { DEFAULT_HOST, LOOPBACK } from "./http.js";

const variables = {
  HOST: z.string().default(DEFAULT_HOST),
  AUTH_MODE: oneOf(["none", "jwt", "feishu", "session"], "none"),
  JWT_JWKS_URL: httpUrl().default(""),
  JWT_ISSUER: z.string().default(""),
  JWT_AUDIENCE: z.string().default(""),
  JWT_USER_CLAIM: z.string().default("sub"),
  JWT_USER_ID_TYPE: oneOf(["open_id", "union_id", "user_id", "people_admin_id"], "open_id"),
  JWT_USER_ID_TYPE_CLAIM: text(),
  JWT_SCOPE_CLAIM: z.string().default("scope"),
  JWT_TENANT_CLAIM: text(),
  FEISHU_TENANT_KEY: text(),
  ALLOW_UNAUTHENTICATED: flag(),
  GATEWAY_SECRET: longSecret(),
  CURSOR_SECRET: longSecret(),
};

/** Authentication of callers and gateways. */
export const auth = subject(variables, (v) => ({
  auth: modeOf(v),
  /** Secret that a gateway sends to use `_entities` and `_service`; `null` requires none. */
  gatewaySecret: v.GATEWAY_SECRET,
  /** Only requests to a loopback name are served, because a foreign page whose name resolves here could read everything. */
  loopbackOnly: v.AUTH_MODE === "none" && !v.ALLOW_UNAUTHENTICATED && LOOPBACK.has(v.HOST),
  /** `null`: derived from the app's secret, so that replicas agree. */
  cursorSecret: v.CURSOR_SECRET,
}));

/** Settings of authentication. */
export type AuthSettings = SettingsOf<typeof auth>;

function modeOf(v: z.output<z.ZodObject<typeof variables>>) {
  // Beside sessions, other clients send bearer tokens: a company's own where an issuer is configured, or Feishu's.
  const mode = v.AUTH_MODE === "session" ? (v.JWT_JWKS_URL === "" ? "feishu" : "jwt") : v.AUTH_MODE;
  if (mode === "feishu") return { mode: "feishu" as const, tenantKey: v.FEISHU_TENANT_KEY };
  if (mode !== "jwt") return { mode: "none" as const };
  const jwt = {
    jwksUrl: v.JWT_JWKS_URL,
    issuer: v.JWT_ISSUER,
    audience: v.JWT_AUDIENCE,
    userClaim: v.JWT_USER_CLAIM,
    idType: v.JWT_USER_ID_TYPE,
    idTypeClaim: v.JWT_USER_ID_TYPE_CLAIM,
    scopeClaim: v.JWT_SCOPE_CLAIM,
    tenant: v.JWT_TENANT_CLAIM ? { claim: v.JWT_TENANT_CLAIM, key: v.FEISHU_TENANT_KEY } : null,
  };
  return { mode: "jwt" as const, jwt };
}

/** Each mode has variables of its own; without any, only this machine may be served. */
export const authRules = rule((env, report) => {
  const { AUTH_MODE: mode, JWT_TENANT_CLAIM: claim, HOST: host = DEFAULT_HOST } = env;
  const tenant = env.FEISHU_APP_TYPE === "store" ? [] : ["FEISHU_TENANT_KEY"];
  if (mode === "jwt" || (mode === "session" && env.JWT_JWKS_URL)) {
    for (const name of ["JWT_JWKS_URL", "JWT_ISSUER", "JWT_AUDIENCE"])
      if (!env[name])
        report(`${name} is required when AUTH_MODE is ${mode === "jwt" ? "jwt" : "session and JWT_JWKS_URL is set"}`);
    for (const name of claim ? tenant : [])
      if (!env[name]) report(`${name} is required when AUTH_MODE is jwt and JWT_TENANT_CLAIM is set`);
  } else if (mode === "feishu") {
    for (const name of tenant) if (!env[name]) report(`${name} is required when AUTH_MODE is feishu`);
  } else if (mode !== "session" && env.FEISHU_APP_ID && !LOOPBACK.has(host) && env.ALLOW_UNAUTHENTICATED !== "1") {
    report(
      `HOST ${JSON.stringify(host)} would expose every candidate without authentication; set AUTH_MODE, listen on 127.0.0.1, or set ALLOW_UNAUTHENTICATED=1`,
    );
  }
});
