import { z } from "zod";
import { Secret } from "../core/secret.js";
import { json, oneOf, origin, rule, type SettingsOf, seconds, subject, text } from "./env.js";
import { LOOPBACK_HOSTS } from "./http.js";

const MIN_SECRET_CHARS = 32;

const grant = z
  .strictObject({
    users: z.array(z.string()).default([]),
    departments: z.array(z.string()).default([]),
    roles: z.array(z.literal("tenant_manager")).default([]),
  })
  .readonly();

const secrets = z
  .string()
  .transform((value) => value.split(",").map((part) => part.trim()))
  .pipe(z.array(z.string().min(MIN_SECRET_CHARS, `must have at least ${MIN_SECRET_CHARS} characters`)))
  .transform((values) => values.map((value) => new Secret(value)));

const grants = json(z.record(z.string().min(1), grant));

/** Sessions of web apps. */
export const session = subject(
  {
    AUTH_MODE: oneOf(["none", "jwt", "feishu", "session"], "none"),
    PUBLIC_URL: z
      .string()
      .refine(isPublicUrl, {
        error: "must be an https address without user, query and hash, such as https://hire.example.com",
      })
      .transform((value) => new URL(value).href)
      .optional(),
    FEISHU_TENANT_KEY: text(),
    FEISHU_ACCOUNTS_URL: origin.default("https://accounts.feishu.cn"),
    SESSION_SECRET: secrets.optional(),
    SESSION_SCOPES: grants.default({}),
    SESSION_IDLE_S: seconds(60, 2_592_000, 28_800),
    SESSION_MAX_S: seconds(60, 31_536_000, 604_800),
    SESSION_RECHECK_S: seconds(10, 86_400, 900),
  },
  (v) => ({
    session: {
      isOn: v.AUTH_MODE === "session",
      /** Address at which browsers see the service, without a slash at its end; `null`: the address of each request. */
      publicUrl: v.PUBLIC_URL?.replace(/\/+$/, "") ?? null,
      /** Tenant whose people may sign in; `null` for a store app's, and on the sandbox. */
      tenantKey: v.FEISHU_TENANT_KEY,
      accountsUrl: v.FEISHU_ACCOUNTS_URL,
      /** The first signs and encrypts; the others are accepted. `null`: derived from the app's secret, on the sandbox. */
      secrets: v.SESSION_SECRET ?? null,
      /** Grants by scope. */
      scopes: v.SESSION_SCOPES,
      lifetimes: { idleMs: v.SESSION_IDLE_S, maxMs: v.SESSION_MAX_S, recheckMs: v.SESSION_RECHECK_S },
    },
  }),
);

/** Settings of sessions. */
export type SessionSettings = SettingsOf<typeof session>;

/** Without TLS a session could be stolen on the way; only this machine needs none. */
function isPublicUrl(value: string): boolean {
  if (!/^https?:\/\//.test(value) || !URL.canParse(value)) return false;
  const { protocol, hostname, username, password, search, hash } = new URL(value);
  const isSafe = protocol === "https:" || LOOPBACK_HOSTS.has(hostname);
  return isSafe && `${username}${password}${search}${hash}` === "";
}

/** A session needs an address to come back to and a secret of its own. */
export const sessionRules = rule((env, report) => {
  if (env.AUTH_MODE !== "session") return;
  for (const name of ["PUBLIC_URL", "SESSION_SECRET"])
    if (!env[name]) report(`${name} is required when AUTH_MODE is session`);
  if (env.FEISHU_APP_TYPE !== "store" && env.FEISHU_APP_ID && !env.FEISHU_TENANT_KEY)
    report("FEISHU_TENANT_KEY is required when AUTH_MODE is session");
});
