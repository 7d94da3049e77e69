import { createHmac } from "node:crypto";
import { z } from "zod";
import type { TimesToLive } from "./loaders/cached-reads.js";
import { SAMPLERS, type TraceSettings } from "./observability/samplers.js";
import type { RateWindow } from "./rate-limit/sliding-window.js";
import { Secret } from "./secret.js";
import type { JwtSettings } from "./server/authenticate-jwt.js";
import type { TrustMode } from "./server/trusted-documents.js";

/** Everything that can be set from outside, checked. `docs/configuration.md` explains each name. Printed, it tells no secret. */
export interface Config {
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly production: boolean;
  readonly logLevel: string;
  /** Origins that may read answers in a browser; none but the service's own by default. */
  readonly corsOrigins: readonly string[];
  /** `null`: the embedded sandbox is the upstream. */
  readonly credentials: { readonly appId: string; readonly appSecret: Secret } | null;
  /** A company's own app, or one that companies install from the store: that acts for each of them apart. */
  readonly appType: "self_built" | "store";
  /** How Feishu's events are told from forged ones; `null`: none are taken. */
  readonly webhook: { readonly encryptKey: Secret | null; readonly verificationToken: Secret | null } | null;
  readonly baseUrl: string;
  readonly timeoutMs: number;
  readonly deadlineMs: number;
  /** For so long a service that was told to end says that it is not ready, and serves all the same. */
  readonly drainDelayMs: number;
  /** How lists are watched: how often each is read, and by how many subscriptions of a tenant at most. */
  readonly live: { readonly intervalMs: number; readonly maxWatchers: number };
  /** The part of a list's quota that watching may take, above 0 and up to 1. */
  readonly liveShare: number;
  /** Milliseconds after which a store app's tenant that nobody has asked for is closed. */
  readonly tenantIdleMs: number;
  /** By method and path template, in place of the documented quotas. */
  readonly quotas: Readonly<Record<string, readonly RateWindow[]>>;
  /** A file with the same, which is read again on SIGHUP, in their place; `null`: there is none. */
  readonly quotasFile: string | null;
  /** May carry a password. `null`: quotas and tokens are this process's alone. */
  readonly redisUrl: Secret | null;
  /** The part of every quota that a replica keeps to without Redis; `null`: one by the number of replicas seen last. */
  readonly fallbackShare: number | null;
  readonly auth: AuthConfig;
  /** Handling of documents that are not in the manifest at this path; `null` without a manifest. */
  readonly trusted: { readonly mode: TrustMode; readonly manifest: string } | null;
  /** What a router has to show for `_entities` and `_service`; `null`: nothing. */
  readonly gatewaySecret: Secret | null;
  /** The upstream is the embedded sandbox: there is nothing to hide, and `/demo` is served. */
  readonly isSandbox: boolean;
  /** Only requests to a loopback name are served: a page elsewhere whose name leads here must not read what nobody guards. */
  readonly loopbackOnly: boolean;
  readonly introspection: boolean;
  readonly graphiql: boolean;
  /** Operations a second that one client may ask; `null` does not count them. */
  readonly maxOperationsPerSecond: number | null;
  readonly maxFirst: number;
  /** The most upstream calls that one operation may cost. */
  readonly maxCost: number;
  /** Answers carry `extensions.cost`. */
  readonly costExtension: boolean;
  /** How long each kind of answer is held. */
  readonly ttl: TimesToLive;
  readonly cacheMaxBytes: number;
  /** Equal operations of one caller are run once. */
  readonly sharedAnswers: boolean;
  /** Users' names come from the endpoint that needs the least permission. */
  readonly basicNames: boolean;
  /** A copy of all jobs is kept. */
  readonly jobMirror: boolean;
  /** Small pages may be read by one call a row. */
  readonly jointReads: boolean;
  /** Where traces go; `null`: nowhere. */
  readonly traces: TraceSettings | null;
  /** `null`: derived from the app's secret, so that replicas agree. */
  readonly cursorSecret: Secret | null;
}

/** A configuration whose upstream is settled: Feishu's or a sandbox's. */
export type AppConfig = Config & { readonly credentials: NonNullable<Config["credentials"]> };

/** How callers sign in. */
export type AuthConfig =
  | { readonly mode: "none" }
  | { readonly mode: "jwt"; readonly jwt: JwtSettings }
  | { readonly mode: "feishu"; readonly tenantKey: string | null };

/** What is wrong with the environment: every problem, one line each. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`invalid configuration:\n${problems.map((problem) => `  ${problem}\n`).join("")}`);
    this.problems = problems;
  }
}

type Env = Readonly<Record<string, string | undefined>>;

/** Where nobody signs in, an address may be a proxy with everybody behind it: nothing is counted unless it is asked for. */
const SIGNED_IN_PER_SECOND = 100;

const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .refine((value) => /^\d+$/.test(value) && Number(value) >= min && Number(value) <= max, {
      error: ({ input }) => `must be an integer from ${min} to ${max}, got ${JSON.stringify(input)}`,
    })
    .transform(Number);

const int = (min: number, max: number, fallback: number) => wholeNumber(min, max).default(fallback);

const oneOf = <const T extends string>(values: readonly [T, ...T[]], fallback: T) =>
  z
    .enum(values, { error: ({ input }) => `must be one of ${values.join(", ")}, got ${JSON.stringify(input)}` })
    .default(fallback as never);

/** Not repeated when it is wrong: an address may carry a password. */
const origin = z
  .string()
  .refine((value) => /^https?:/.test(value) && URL.canParse(value) && new URL(value).origin === value, {
    error: "must be an http or https origin without a path, such as https://open.feishu.cn",
  });

/** Not repeated either. */
const redisUrl = z.string().refine((value) => /^rediss?:\/\//.test(value) && URL.canParse(value), {
  error: "must be a redis:// or rediss:// address, such as redis://127.0.0.1:6379",
});

const share = z
  .string()
  .refine((value) => /^\d*\.?\d+$/.test(value) && Number(value) > 0 && Number(value) <= 1, {
    error: ({ input }) => `must be a number above 0 and up to 1, got ${JSON.stringify(input)}`,
  })
  .transform(Number);

const ratio = z
  .string()
  .refine((value) => /^\d*\.?\d+$/.test(value) && Number(value) <= 1, {
    error: ({ input }) => `must be a number from 0 to 1, got ${JSON.stringify(input)}`,
  })
  .transform(Number);

const collectorUrl = z.string().refine((value) => /^https?:/.test(value) && URL.canParse(value), {
  error: "must be an http or https address, such as http://127.0.0.1:4318",
});

const keysUrl = z.string().refine((value) => /^https?:/.test(value) && URL.canParse(value), {
  error: "must be an http or https address",
});

const list = z.string().transform((value) => value.split(",").map((item) => item.trim()));

const rateWindow = z.strictObject({ limit: z.number().int().min(1), windowMs: z.number().int().min(1).max(60_000) });

const quotas = z
  .string()
  .transform((value, context): unknown => {
    try {
      return JSON.parse(value);
    } catch {
      context.addIssue({ code: "custom", message: "must be JSON" });
      return z.NEVER;
    }
  })
  .pipe(
    z.record(z.string().regex(/^(GET|POST) \/open-apis\//, "must be keyed as GET /open-apis/…"), z.array(rateWindow)),
  );

const variables = z.object({
  HOST: z.string().default("127.0.0.1"),
  PORT: int(0, 65_535, 4000),
  NODE_ENV: z.string().optional(),
  LOG_LEVEL: oneOf(["fatal", "error", "warn", "info", "debug", "trace", "silent"], "info"),
  CORS_ORIGINS: list.pipe(z.array(origin)).default([]),
  FEISHU_APP_ID: z.string().optional(),
  FEISHU_APP_SECRET: z.string().optional(),
  FEISHU_APP_TYPE: oneOf(["self_built", "store"], "self_built"),
  FEISHU_ENCRYPT_KEY: z.string().optional(),
  FEISHU_VERIFICATION_TOKEN: z.string().optional(),
  ALLOW_UNSIGNED_EVENTS: oneOf(["0", "1"], "0"),
  FEISHU_BASE_URL: origin.default("https://open.feishu.cn"),
  FEISHU_TIMEOUT_MS: int(1, 600_000, 5000),
  REQUEST_DEADLINE_MS: int(1, 600_000, 15_000),
  DRAIN_DELAY_MS: int(0, 600_000, 0),
  LIVE_INTERVAL_S: int(1, 3600, 15),
  LIVE_MAX_SUBSCRIPTIONS: int(0, 100_000, 1000),
  LIVE_BUDGET_SHARE: share.default(0.1),
  TENANT_IDLE_S: int(1, 86_400, 600),
  FEISHU_QUOTAS: quotas.default({}),
  FEISHU_QUOTAS_FILE: z.string().optional(),
  REDIS_URL: redisUrl.optional(),
  BUDGET_FALLBACK_SHARE: share.optional(),
  AUTH_MODE: oneOf(["none", "jwt", "feishu"], "none"),
  JWT_JWKS_URL: keysUrl.optional(),
  JWT_ISSUER: z.string().optional(),
  JWT_AUDIENCE: z.string().optional(),
  JWT_USER_CLAIM: z.string().default("sub"),
  JWT_USER_ID_TYPE: oneOf(["open_id", "union_id", "user_id", "people_admin_id"], "open_id"),
  JWT_USER_ID_TYPE_CLAIM: z.string().optional(),
  JWT_SCOPE_CLAIM: z.string().default("scope"),
  JWT_TENANT_CLAIM: z.string().optional(),
  FEISHU_TENANT_KEY: z.string().optional(),
  ALLOW_UNAUTHENTICATED: oneOf(["0", "1"], "0"),
  GATEWAY_SECRET: z.string().min(16, "must have at least 16 characters").optional(),
  TRUSTED_DOCUMENTS: oneOf(["off", "log", "allow", "only"], "off"),
  TRUSTED_DOCUMENTS_MANIFEST: z.string().optional(),
  INTROSPECTION: oneOf(["auto", "on", "off"], "auto"),
  GRAPHIQL: oneOf(["auto", "on", "off"], "auto"),
  MAX_OPERATIONS_PER_SECOND: wholeNumber(1, 1_000_000).optional(),
  MAX_FIRST: int(10, 1000, 100),
  MAX_OPERATION_COST: int(1, 1_000_000, 500),
  COST_EXTENSION: oneOf(["on", "off"], "on"),
  CACHE_TTL_JOB_S: int(0, 86_400, 300),
  CACHE_TTL_TALENT_S: int(0, 86_400, 60),
  CACHE_TTL_APPLICATION_S: int(0, 86_400, 30),
  CACHE_TTL_USER_S: int(0, 86_400, 600),
  CACHE_TTL_PAGE_S: int(0, 60, 1),
  CACHE_MAX_MIB: int(1, 65_536, 64),
  SHARED_ANSWERS: oneOf(["on", "off"], "on"),
  FEISHU_BASIC_NAMES: oneOf(["off", "on"], "off"),
  JOB_MIRROR: oneOf(["off", "on"], "off"),
  JOINT_READS: oneOf(["off", "on"], "off"),
  CURSOR_SECRET: z.string().min(16, "must have at least 16 characters").optional(),
  OTEL_SDK_DISABLED: oneOf(["true", "false"], "false"),
  OTEL_TRACES_EXPORTER: oneOf(["otlp", "console", "none"], "none"),
  OTEL_EXPORTER_OTLP_ENDPOINT: collectorUrl.optional(),
  OTEL_TRACES_SAMPLER: oneOf(SAMPLERS, "parentbased_always_on"),
  OTEL_TRACES_SAMPLER_ARG: ratio.default(1),
  OTEL_SERVICE_NAME: z.string().default("feishu-hire-graphql"),
});

/**
 * Quotas as a file has them.
 * @throws {ConfigError}
 */
export function parseQuotas(text: string): Config["quotas"] {
  const { data, error } = quotas.safeParse(text);
  const empty = Object.keys(data ?? {}).filter((endpoint) => data?.[endpoint]?.length === 0);
  // What is shared with other replicas cannot become unlimited while it is in use.
  if (empty.length > 0)
    throw new ConfigError(empty.map((endpoint) => `FEISHU_QUOTAS_FILE ${endpoint} must not be empty`));
  if (data) return data;
  throw new ConfigError(
    error?.issues.map(({ path, message }) => `FEISHU_QUOTAS_FILE ${path.join(".")} ${message}`) ?? [],
  );
}

/** The name of every variable that is read. */
export const CONFIG_VARIABLES: readonly string[] = Object.keys(variables.shape);

/**
 * Reads the configuration from environment variables; an empty one counts as unset.
 * @throws {ConfigError} naming every problem at once. Secrets are never repeated.
 */
export function parseConfig(environment: Env): Config {
  const env: Env = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const result = variables.safeParse(env);
  const issues = result.error?.issues.map(({ path, message }) => `${path.join(".")} ${message}`) ?? [];
  const problems = [...issues, ...contradictions(env)];
  if (!result.success || problems.length > 0) throw new ConfigError(problems);
  const { data } = result;
  const { FEISHU_APP_ID: appId, FEISHU_APP_SECRET: appSecret } = data;
  return Object.freeze({
    host: data.HOST,
    port: data.PORT,
    production: data.NODE_ENV === "production",
    logLevel: data.LOG_LEVEL,
    corsOrigins: data.CORS_ORIGINS,
    credentials: appId && appSecret ? { appId, appSecret: new Secret(appSecret) } : null,
    appType: data.FEISHU_APP_TYPE,
    webhook: webhookOf(data),
    baseUrl: data.FEISHU_BASE_URL,
    timeoutMs: data.FEISHU_TIMEOUT_MS,
    deadlineMs: data.REQUEST_DEADLINE_MS,
    drainDelayMs: data.DRAIN_DELAY_MS,
    live: { intervalMs: data.LIVE_INTERVAL_S * 1000, maxWatchers: data.LIVE_MAX_SUBSCRIPTIONS },
    liveShare: data.LIVE_BUDGET_SHARE,
    tenantIdleMs: data.TENANT_IDLE_S * 1000,
    quotas: data.FEISHU_QUOTAS,
    quotasFile: data.FEISHU_QUOTAS_FILE ?? null,
    redisUrl: secretOf(data.REDIS_URL),
    fallbackShare: data.BUDGET_FALLBACK_SHARE ?? null,
    auth: authOf(data),
    trusted: trustedOf(data),
    gatewaySecret: secretOf(data.GATEWAY_SECRET),
    isSandbox: !(appId && appSecret),
    loopbackOnly: data.AUTH_MODE === "none" && data.ALLOW_UNAUTHENTICATED === "0" && LOOPBACK.has(data.HOST),
    introspection: isOn(data.INTROSPECTION, data.NODE_ENV),
    graphiql: isOn(data.GRAPHIQL, data.NODE_ENV),
    maxOperationsPerSecond: data.MAX_OPERATIONS_PER_SECOND ?? (data.AUTH_MODE === "none" ? null : SIGNED_IN_PER_SECOND),
    maxFirst: data.MAX_FIRST,
    maxCost: data.MAX_OPERATION_COST,
    costExtension: data.COST_EXTENSION === "on",
    ttl: {
      jobMs: data.CACHE_TTL_JOB_S * 1000,
      talentMs: data.CACHE_TTL_TALENT_S * 1000,
      applicationMs: data.CACHE_TTL_APPLICATION_S * 1000,
      userMs: data.CACHE_TTL_USER_S * 1000,
      pageMs: data.CACHE_TTL_PAGE_S * 1000,
    },
    cacheMaxBytes: data.CACHE_MAX_MIB * 1024 * 1024,
    sharedAnswers: data.SHARED_ANSWERS === "on",
    basicNames: data.FEISHU_BASIC_NAMES === "on",
    jobMirror: data.JOB_MIRROR === "on",
    jointReads: data.JOINT_READS === "on",
    traces: tracesOf(data, env),
    cursorSecret: secretOf(data.CURSOR_SECRET),
  });
}

const secretOf = (value: string | undefined): Secret | null => (value === undefined ? null : new Secret(value));

/** What shows a stranger around is off in production unless it is turned on. */
const isOn = (setting: "auto" | "on" | "off", env: string | undefined): boolean =>
  setting === "auto" ? env !== "production" : setting === "on";

/** Traces are sent where there is an exporter, or an address: OpenTelemetry's own default is `otlp`. */
function tracesOf(data: z.output<typeof variables>, env: Env): TraceSettings | null {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: address, OTEL_TRACES_EXPORTER: named } = data;
  const exporter = env.OTEL_TRACES_EXPORTER === undefined && address !== undefined ? "otlp" : named;
  if (exporter === "none" || data.OTEL_SDK_DISABLED === "true") return null;
  const { OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: kept, OTEL_SERVICE_NAME: serviceName } = data;
  return { exporter, sampler, ratio: kept, serviceName };
}

function webhookOf({ FEISHU_ENCRYPT_KEY: key, FEISHU_VERIFICATION_TOKEN: token }: z.output<typeof variables>) {
  if (key === undefined && token === undefined) return null;
  return { encryptKey: secretOf(key), verificationToken: secretOf(token) };
}

function trustedOf({ TRUSTED_DOCUMENTS: mode, TRUSTED_DOCUMENTS_MANIFEST: manifest }: z.output<typeof variables>) {
  return mode === "off" || manifest === undefined ? null : { mode, manifest };
}

function authOf(data: z.output<typeof variables>): AuthConfig {
  const { JWT_JWKS_URL: jwksUrl = "", JWT_ISSUER: issuer = "", JWT_AUDIENCE: audience = "" } = data;
  const { FEISHU_TENANT_KEY: tenantKey = null, JWT_TENANT_CLAIM: claim } = data;
  if (data.AUTH_MODE === "feishu") return { mode: "feishu", tenantKey };
  if (data.AUTH_MODE === "none") return { mode: "none" };
  const jwt = {
    jwksUrl,
    issuer,
    audience,
    userClaim: data.JWT_USER_CLAIM,
    idType: data.JWT_USER_ID_TYPE,
    idTypeClaim: data.JWT_USER_ID_TYPE_CLAIM ?? null,
    scopeClaim: data.JWT_SCOPE_CLAIM,
    tenant: claim ? { claim, key: tenantKey } : null,
  };
  return { mode: "jwt", jwt };
}

const LOOPBACK = new Set(["127.0.0.1", "::1", "localhost"]);

/** What is wrong with variables taken together. */
function contradictions(env: Env): string[] {
  const { FEISHU_APP_ID: id, FEISHU_APP_SECRET: secret, HOST: host = "127.0.0.1" } = env;
  const problems: string[] = [];
  if (id && !secret) problems.push("FEISHU_APP_SECRET is required when FEISHU_APP_ID is set");
  if (secret && !id) problems.push("FEISHU_APP_ID is required when FEISHU_APP_SECRET is set");
  if (!id && !secret && env.NODE_ENV === "production") {
    problems.push("FEISHU_APP_ID and FEISHU_APP_SECRET are required in production: the sandbox serves invented people");
  }
  if (env.FEISHU_QUOTAS && env.FEISHU_QUOTAS_FILE) {
    problems.push("FEISHU_QUOTAS and FEISHU_QUOTAS_FILE say the same: set one of them");
  }
  const isTrusting = ["log", "allow", "only"].includes(env.TRUSTED_DOCUMENTS ?? "off");
  if (isTrusting && !env.TRUSTED_DOCUMENTS_MANIFEST) {
    problems.push(`TRUSTED_DOCUMENTS_MANIFEST is required when TRUSTED_DOCUMENTS is ${env.TRUSTED_DOCUMENTS}`);
  }
  const isStore = env.FEISHU_APP_TYPE === "store";
  if (isStore) problems.push(...problemsOfStoreApp(env));
  if (env.FEISHU_VERIFICATION_TOKEN && !env.FEISHU_ENCRYPT_KEY && env.ALLOW_UNSIGNED_EVENTS !== "1") {
    problems.push(
      "FEISHU_ENCRYPT_KEY is required when FEISHU_VERIFICATION_TOKEN is set: without it events are neither signed nor encrypted; ALLOW_UNSIGNED_EVENTS=1 takes them all the same",
    );
  }
  const ownTenant = isStore ? [] : ["FEISHU_TENANT_KEY"];
  const needed = {
    jwt: ["JWT_JWKS_URL", "JWT_ISSUER", "JWT_AUDIENCE", ...(env.JWT_TENANT_CLAIM ? ownTenant : [])],
    feishu: ownTenant,
  };
  const mode = env.AUTH_MODE === "jwt" || env.AUTH_MODE === "feishu" ? env.AUTH_MODE : null;
  for (const name of mode ? needed[mode] : []) {
    if (!env[name])
      problems.push(
        `${name} is required when AUTH_MODE is ${mode}${name === "FEISHU_TENANT_KEY" && mode === "jwt" ? " and JWT_TENANT_CLAIM is set" : ""}`,
      );
  }
  if (id && mode === null && !LOOPBACK.has(host) && env.ALLOW_UNAUTHENTICATED !== "1") {
    problems.push(
      `HOST ${JSON.stringify(host)} would show every candidate to whoever reaches it; set AUTH_MODE, listen on 127.0.0.1, or set ALLOW_UNAUTHENTICATED=1`,
    );
  }
  return problems;
}

/** A store app acts for whoever has signed in, and begins with a ticket that comes by event. */
function problemsOfStoreApp(env: Env): string[] {
  const isTold = env.AUTH_MODE === "feishu" || (env.AUTH_MODE === "jwt" && env.JWT_TENANT_CLAIM);
  return [
    ...(env.FEISHU_APP_ID ? [] : ["FEISHU_APP_ID is required when FEISHU_APP_TYPE is store"]),
    ...(env.FEISHU_ENCRYPT_KEY
      ? []
      : ["FEISHU_ENCRYPT_KEY is required when FEISHU_APP_TYPE is store: the app_ticket comes by event"]),
    ...(isTold
      ? []
      : [
          "AUTH_MODE must be feishu, or jwt with JWT_TENANT_CLAIM, when FEISHU_APP_TYPE is store: the tenant is the caller's",
        ]),
    ...(env.FEISHU_TENANT_KEY
      ? ["FEISHU_TENANT_KEY is for self-built apps: a store app's tenant is the caller's"]
      : []),
    ...(env.JOB_MIRROR === "on" ? ["JOB_MIRROR is for self-built apps: a store app has no tenant of its own"] : []),
  ];
}

/** The secret that signs cursors: the configured one, or one that follows from the app's. */
export function cursorSecretOf(cursorSecret: Secret | null, appSecret: Secret): Secret {
  const derive = () =>
    createHmac("sha256", appSecret.reveal()).update("feishu-hire-graphql cursor").digest("base64url");
  return cursorSecret ?? new Secret(derive());
}
