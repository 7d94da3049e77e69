import { z } from "zod";
import { flag, int, oneOf, onOff, rule, type SettingsOf, seconds, secret, share, subject } from "./env.js";

/** The app at Feishu, its events, and how its data is read. */
export const feishu = subject(
  {
    FEISHU_APP_ID: z
      .string()
      .regex(/^[\w-]+$/, "must be an app id, such as cli_a1b2c3")
      .optional(),
    FEISHU_APP_SECRET: secret(),
    FEISHU_APP_TYPE: oneOf(["self_built", "store"], "self_built"),
    FEISHU_ENCRYPT_KEY: secret(),
    FEISHU_VERIFICATION_TOKEN: secret(),
    ALLOW_UNSIGNED_EVENTS: flag(),
    FEISHU_TIMEOUT_MS: int(1, 600_000, 5000),
    LIVE_INTERVAL_S: seconds(1, 3600, 15),
    LIVE_MAX_SUBSCRIPTIONS: int(0, 100_000, 1000),
    LIVE_BUDGET_SHARE: share.default(0.1),
    TENANT_IDLE_S: seconds(1, 86_400, 600),
    FEISHU_BASIC_NAMES: onOff("off"),
    JOB_MIRROR: onOff("off"),
    JOINT_READS: onOff("off"),
  },
  ({ FEISHU_APP_ID: appId, FEISHU_APP_SECRET: appSecret, ...v }) => ({
    /** `null`: the embedded sandbox is the upstream. */
    credentials: appId && appSecret ? { appId, appSecret } : null,
    /** A company's own app, or one that companies install from the store and that acts for each of them separately. */
    appType: v.FEISHU_APP_TYPE as "self_built" | "store",
    /** Secrets that authenticate Feishu's events; `null`: the service accepts none. */
    webhook:
      v.FEISHU_ENCRYPT_KEY || v.FEISHU_VERIFICATION_TOKEN
        ? { encryptKey: v.FEISHU_ENCRYPT_KEY, verificationToken: v.FEISHU_VERIFICATION_TOKEN }
        : null,
    /** Milliseconds that one attempt of a call may take. */
    timeoutMs: v.FEISHU_TIMEOUT_MS,
    /** Polled lists: milliseconds between two reads, and the maximum of subscriptions per tenant. */
    live: { intervalMs: v.LIVE_INTERVAL_S, maxWatchers: v.LIVE_MAX_SUBSCRIPTIONS },
    /** Part of a list's quota that polling may use, above 0 and up to 1. */
    liveShare: v.LIVE_BUDGET_SHARE,
    /** Milliseconds after which an unused tenant of a store app is closed. */
    tenantIdleMs: v.TENANT_IDLE_S,
    /** The embedded sandbox is the upstream: there is nothing to hide, and `/demo` is served. */
    isSandbox: !(appId && appSecret),
    /** Users' names come from the endpoint that needs the least permission. */
    basicNames: v.FEISHU_BASIC_NAMES,
    /** The process keeps a copy of all jobs. */
    jobMirror: v.JOB_MIRROR,
    /** Small pages may be read by one call a row. */
    jointReads: v.JOINT_READS,
  }),
);

/** Settings of the app at Feishu. */
export type FeishuSettings = SettingsOf<typeof feishu>;

/** Credentials come in pairs; events need a key. */
export const feishuRules = rule((env, report) => {
  const { FEISHU_APP_ID: id, FEISHU_APP_SECRET: appSecret } = env;
  if (id && !appSecret) report("FEISHU_APP_SECRET is required when FEISHU_APP_ID is set");
  if (appSecret && !id) report("FEISHU_APP_ID is required when FEISHU_APP_SECRET is set");
  if (!id && !appSecret && env.NODE_ENV === "production") {
    report("FEISHU_APP_ID and FEISHU_APP_SECRET are required in production: the sandbox serves invented people");
  }
  if (env.FEISHU_VERIFICATION_TOKEN && !env.FEISHU_ENCRYPT_KEY && env.ALLOW_UNSIGNED_EVENTS !== "1") {
    report(
      "FEISHU_ENCRYPT_KEY is required when FEISHU_VERIFICATION_TOKEN is set: without it events are neither signed nor encrypted; ALLOW_UNSIGNED_EVENTS=1 accepts them anyway",
    );
  }
});

/** A store app acts for the tenants of its callers, and starts with a ticket that Feishu sends as an event. */
export const storeAppRules = rule((env, report) => {
  if (env.FEISHU_APP_TYPE !== "store") return;
  const isTenantKnown =
    ["feishu", "session"].includes(env.AUTH_MODE ?? "") || (env.AUTH_MODE === "jwt" && env.JWT_TENANT_CLAIM);
  if (!env.FEISHU_APP_ID) report("FEISHU_APP_ID is required when FEISHU_APP_TYPE is store");
  if (!env.FEISHU_ENCRYPT_KEY)
    report("FEISHU_ENCRYPT_KEY is required when FEISHU_APP_TYPE is store: the app_ticket comes by event");
  if (!isTenantKnown)
    report(
      "AUTH_MODE must be feishu, or jwt with JWT_TENANT_CLAIM, when FEISHU_APP_TYPE is store: the tenant is the caller's",
    );
  if (env.FEISHU_TENANT_KEY) report("FEISHU_TENANT_KEY is for self-built apps: a store app's tenant is the caller's");
  if (env.JOB_MIRROR === "on") report("JOB_MIRROR is for self-built apps: a store app has no tenant of its own");
});
