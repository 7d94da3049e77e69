import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { ConfigError, cursorSecretOf, parseConfig } from "../../src/config/config.js";
import { Secret } from "../../src/core/secret.js";

function problemsOf(env: Readonly<Record<string, string>>): readonly string[] {
  try {
    parseConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

const APP = { FEISHU_APP_ID: "cli_1", FEISHU_APP_SECRET: "s" };

describe("the configuration", () => {
  it("defaults to the sandbox on loopback when variables are unset or empty", () => {
    const nothing = parseConfig({});
    expect(nothing).toMatchObject({
      host: "127.0.0.1",
      port: 4000,
      credentials: null,
      maxFirst: 100,
      production: false,
    });
    expect(parseConfig({ PORT: "", FEISHU_APP_ID: "", CORS_ORIGINS: "" })).toEqual(nothing);
  });

  it("reads every variable", () => {
    const quotas = { "GET /open-apis/hire/v1/jobs/:id": [{ limit: 5, windowMs: 1000 }] };
    const config = parseConfig({
      ...APP,
      HOST: "::1",
      PORT: "0",
      NODE_ENV: "production",
      LOG_LEVEL: "warn",
      CORS_ORIGINS: "https://a.test, https://b.test",
      FEISHU_APP_TYPE: "self_built",
      FEISHU_ENCRYPT_KEY: "encrypt",
      FEISHU_VERIFICATION_TOKEN: "verify",
      ALLOW_UNSIGNED_EVENTS: "1",
      FEISHU_BASE_URL: "https://open.larksuite.com",
      FEISHU_TIMEOUT_MS: "100",
      REQUEST_DEADLINE_MS: "200",
      DRAIN_DELAY_MS: "300",
      DRAIN_GRACE_MS: "400",
      TRUST_PROXY: "10.0.0.0/8, fd00::/8",
      BASE_PATH: "/hire/",
      KEEP_ALIVE_TIMEOUT_S: "650",
      HEADERS_TIMEOUT_S: "20",
      PUBLIC_URL: "https://hire.test/hire/",
      FEISHU_ACCOUNTS_URL: "https://accounts.larksuite.com",
      SESSION_SECRET: `${"n".repeat(32)}, ${"o".repeat(32)}`,
      SESSION_SCOPES: '{"hire:exam:read_all":{"users":["ou_1"]}}',
      SESSION_IDLE_S: "60",
      SESSION_MAX_S: "120",
      SESSION_RECHECK_S: "10",
      HTTPS_PROXY: "http://user:secret@proxy.test:3128",
      NO_PROXY: "internal.test",
      LIVE_INTERVAL_S: "30",
      LIVE_MAX_SUBSCRIPTIONS: "5",
      LIVE_BUDGET_SHARE: "0.2",
      TENANT_IDLE_S: "60",
      OTEL_SDK_DISABLED: "false",
      OTEL_TRACES_EXPORTER: "console",
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318",
      OTEL_TRACES_SAMPLER: "traceidratio",
      OTEL_TRACES_SAMPLER_ARG: "0.1",
      OTEL_SERVICE_NAME: "hire",
      FEISHU_QUOTAS: JSON.stringify(quotas),
      AUTH_MODE: "jwt",
      JWT_JWKS_URL: "https://id.test/keys",
      JWT_ISSUER: "https://id.test",
      JWT_AUDIENCE: "graph",
      JWT_USER_CLAIM: "feishu_id",
      JWT_USER_ID_TYPE: "union_id",
      JWT_USER_ID_TYPE_CLAIM: "kind",
      JWT_SCOPE_CLAIM: "scp",
      JWT_TENANT_CLAIM: "tid",
      FEISHU_TENANT_KEY: "t1",
      REDIS_URL: "rediss://:secret@redis.test:6380/1",
      BUDGET_FALLBACK_SHARE: "0.25",
      GATEWAY_SECRET: "gateway-0123456789",
      TRUSTED_DOCUMENTS: "only",
      TRUSTED_DOCUMENTS_MANIFEST: "trusted.json",
      GRAPHIQL: "on",
      MAX_OPERATIONS_PER_SECOND: "7",
      MAX_FIRST: "20",
      MAX_OPERATION_COST: "50",
      COST_EXTENSION: "off",
      CACHE_TTL_JOB_S: "1",
      CACHE_TTL_TALENT_S: "2",
      CACHE_TTL_APPLICATION_S: "3",
      CACHE_TTL_USER_S: "4",
      CACHE_TTL_PAGE_S: "0",
      CACHE_MAX_MIB: "2",
      SHARED_ANSWERS: "off",
      FEISHU_BASIC_NAMES: "on",
      JOB_MIRROR: "on",
      JOINT_READS: "on",
      CURSOR_SECRET: "0123456789abcdef",
    });
    expect(config).toEqual({
      host: "::1",
      port: 0,
      production: true,
      logLevel: "warn",
      corsOrigins: ["https://a.test", "https://b.test"],
      credentials: { appId: "cli_1", appSecret: expect.any(Secret) },
      appType: "self_built",
      webhook: { encryptKey: expect.any(Secret), verificationToken: expect.any(Secret) },
      baseUrl: "https://open.larksuite.com",
      timeoutMs: 100,
      deadlineMs: 200,
      drainDelayMs: 300,
      drainGraceMs: 400,
      trustProxy: ["10.0.0.0/8", "fd00::/8"],
      basePath: "/hire",
      keepAliveMs: 650_000,
      headersTimeoutMs: 20_000,
      proxy: { httpsProxy: expect.any(Secret), httpProxy: null, noProxy: "internal.test" },
      live: { intervalMs: 30_000, maxWatchers: 5 },
      liveShare: 0.2,
      tenantIdleMs: 60_000,
      quotasFile: null,
      traces: { exporter: "console", sampler: "traceidratio", ratio: 0.1, serviceName: "hire" },
      quotas,
      redisUrl: expect.any(Secret),
      fallbackShare: 0.25,
      auth: {
        mode: "jwt",
        jwt: {
          jwksUrl: "https://id.test/keys",
          issuer: "https://id.test",
          audience: "graph",
          userClaim: "feishu_id",
          idType: "union_id",
          idTypeClaim: "kind",
          scopeClaim: "scp",
          tenant: { claim: "tid", key: "t1" },
        },
      },
      session: {
        isOn: false,
        publicUrl: "https://hire.test/hire",
        accountsUrl: "https://accounts.larksuite.com",
        tenantKey: "t1",
        secrets: [expect.any(Secret), expect.any(Secret)],
        scopes: { "hire:exam:read_all": { users: ["ou_1"], departments: [], roles: [] } },
        lifetimes: { idleMs: 60_000, maxMs: 120_000, recheckMs: 10_000 },
      },
      trusted: { mode: "only", manifest: "trusted.json" },
      gatewaySecret: expect.any(Secret),
      isSandbox: false,
      loopbackOnly: false,
      introspection: false,
      graphiql: true,
      maxOperationsPerSecond: 7,
      maxFirst: 20,
      maxCost: 50,
      costExtension: false,
      ttl: { jobMs: 1000, talentMs: 2000, applicationMs: 3000, userMs: 4000, pageMs: 0 },
      cacheMaxBytes: 2 * 1024 * 1024,
      sharedAnswers: false,
      basicNames: true,
      jobMirror: true,
      jointReads: true,
      cursorSecret: expect.any(Secret),
    });
    const secrets = [config.credentials?.appSecret, config.redisUrl, config.cursorSecret, config.gatewaySecret].map(
      (secret) => secret?.reveal(),
    );
    expect(secrets).toEqual(["s", "rediss://:secret@redis.test:6380/1", "0123456789abcdef", "gateway-0123456789"]);
  });

  it("reports every problem at once", () => {
    const problems = problemsOf({
      PORT: "0x",
      LOG_LEVEL: "loud",
      CORS_ORIGINS: "https://a.test/path",
      FEISHU_APP_SECRET: "s",
      FEISHU_APP_TYPE: "shop",
      FEISHU_BASE_URL: "open.feishu.cn",
      FEISHU_TIMEOUT_MS: "-1",
      REQUEST_DEADLINE_MS: "1.5",
      FEISHU_QUOTAS: "{",
      REDIS_URL: "localhost:6379",
      BUDGET_FALLBACK_SHARE: "2",
      AUTH_MODE: "maybe",
      ALLOW_UNAUTHENTICATED: "yes",
      MAX_FIRST: "100000",
      CURSOR_SECRET: "short",
      NODE_ENV: "production",
    });
    expect(problems).toEqual([
      'PORT must be an integer from 0 to 65535, got "0x"',
      'LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent, got "loud"',
      "CORS_ORIGINS.0 must be an http or https origin without a path, such as https://open.feishu.cn",
      'REQUEST_DEADLINE_MS must be an integer from 1 to 600000, got "1.5"',
      "FEISHU_BASE_URL must be an http or https address without a query, such as https://open.feishu.cn",
      'FEISHU_APP_TYPE must be one of self_built, store, got "shop"',
      'FEISHU_TIMEOUT_MS must be an integer from 1 to 600000, got "-1"',
      "FEISHU_QUOTAS must be JSON",
      "REDIS_URL must be a redis:// or rediss:// address, such as redis://127.0.0.1:6379",
      'BUDGET_FALLBACK_SHARE must be a number above 0 and up to 1, got "2"',
      'AUTH_MODE must be one of none, jwt, feishu, session, got "maybe"',
      'ALLOW_UNAUTHENTICATED must be one of 0, 1, got "yes"',
      "CURSOR_SECRET must have at least 16 characters",
      'MAX_FIRST must be an integer from 10 to 1000, got "100000"',
      "FEISHU_APP_ID is required when FEISHU_APP_SECRET is set",
    ]);
  });

  it("lists every variable that sessions require", () => {
    expect(problemsOf({ ...APP, AUTH_MODE: "session", HOST: "0.0.0.0" })).toEqual([
      "PUBLIC_URL is required when AUTH_MODE is session",
      "SESSION_SECRET is required when AUTH_MODE is session",
      "FEISHU_TENANT_KEY is required when AUTH_MODE is session",
    ]);
  });

  it("ignores line ends and blanks around values, as files of secrets have them", () => {
    const { port, credentials } = parseConfig({ PORT: " 80\r\n", FEISHU_APP_ID: "cli_1 ", FEISHU_APP_SECRET: "s\n" });
    expect([port, credentials?.appId, credentials?.appSecret.reveal()]).toEqual([80, "cli_1", "s"]);
    expect(parseConfig({ PORT: " \n" }).port).toBe(4000);
  });

  it.each([
    [{ FEISHU_APP_ID: "cli_1", FEISHU_APP_SECRET: "a b" }, "FEISHU_APP_SECRET must not contain blanks or line ends"],
    [{ FEISHU_APP_ID: "cli 1", FEISHU_APP_SECRET: "s" }, "FEISHU_APP_ID must be an app id, such as cli_a1b2c3"],
    [{ GATEWAY_SECRET: "0123456789abcdef\n0123" }, "GATEWAY_SECRET must not contain blanks or line ends"],
    [{ TRUST_PROXY: "10.0.0.0/33" }, expect.stringContaining("TRUST_PROXY must be a number of proxies")],
    [{ BASE_PATH: "hire" }, "BASE_PATH must be a path, such as /hire"],
    [{ FEISHU_BASE_URL: "https://a.test?x=1" }, expect.stringContaining("FEISHU_BASE_URL must be an http")],
    [{ FEISHU_BASE_URL: "https://u:p@a.test" }, expect.stringContaining("FEISHU_BASE_URL must be an http")],
    [
      { AUTH_MODE: "session", PUBLIC_URL: "https://a.test", SESSION_SECRET: "short" },
      "SESSION_SECRET.0 must have at least 32 characters",
    ],
    [{ PUBLIC_URL: "http://hire.test" }, expect.stringContaining("PUBLIC_URL must be an https address")],
    [{ PUBLIC_URL: "https://u:p@hire.test" }, expect.stringContaining("PUBLIC_URL must be an https address")],
    [{ SESSION_SCOPES: "[]" }, expect.stringContaining("SESSION_SCOPES ")],
    [{ HTTPS_PROXY: "socks5://a.test" }, expect.stringContaining("HTTPS_PROXY must be an http or https address")],
  ])("refuses %j with its reason", (env, problem) => {
    expect(problemsOf(env)).toEqual([problem]);
  });

  it("reads proxies in lower case first, as other programs do, and never uses one for loopback", () => {
    const env = { https_proxy: "http://lower.test:1", HTTPS_PROXY: "http://upper.test:1" };
    expect(parseConfig(env).proxy?.httpsProxy?.reveal()).toBe("http://lower.test:1");
    expect(parseConfig({ ...env, FEISHU_BASE_URL: "http://127.0.0.1:8080" }).proxy).toBeNull();
    expect(parseConfig({ ...env, FEISHU_BASE_URL: "https://gateway.test/feishu/" })).toMatchObject({
      baseUrl: "https://gateway.test/feishu",
    });
  });

  it("lists every missing or conflicting variable of a store app", () => {
    const problems = problemsOf({
      FEISHU_APP_TYPE: "store",
      FEISHU_TENANT_KEY: "t",
      JOB_MIRROR: "on",
      AUTH_MODE: "jwt",
    });
    expect(problems).toEqual([
      "FEISHU_APP_ID is required when FEISHU_APP_TYPE is store",
      expect.stringContaining("FEISHU_ENCRYPT_KEY is required when FEISHU_APP_TYPE is store"),
      expect.stringContaining("AUTH_MODE must be feishu, or jwt with JWT_TENANT_CLAIM"),
      expect.stringContaining("FEISHU_TENANT_KEY is for self-built apps"),
      expect.stringContaining("JOB_MIRROR is for self-built apps"),
      "JWT_JWKS_URL is required when AUTH_MODE is jwt",
      "JWT_ISSUER is required when AUTH_MODE is jwt",
      "JWT_AUDIENCE is required when AUTH_MODE is jwt",
    ]);
  });

  it("rejects unsigned events unless configured otherwise", () => {
    const token = { ...APP, FEISHU_VERIFICATION_TOKEN: "v" };
    expect(problemsOf(token)).toEqual([expect.stringContaining("FEISHU_ENCRYPT_KEY is required")]);
    expect(parseConfig({ ...token, ALLOW_UNSIGNED_EVENTS: "1" }).webhook?.encryptKey).toBeNull();
    expect(parseConfig(APP).webhook).toBeNull();
  });

  it.each([
    [{ FEISHU_APP_ID: "cli_1" }, "FEISHU_APP_SECRET is required when FEISHU_APP_ID is set"],
    [{ NODE_ENV: "production" }, "FEISHU_APP_ID and FEISHU_APP_SECRET are required in production"],
    [{ ...APP, HOST: "0.0.0.0" }, 'HOST "0.0.0.0" would expose every candidate'],
    [{ TRUSTED_DOCUMENTS: "log" }, "TRUSTED_DOCUMENTS_MANIFEST is required when TRUSTED_DOCUMENTS is log"],
    [{ AUTH_MODE: "feishu" }, "FEISHU_TENANT_KEY is required when AUTH_MODE is feishu"],
    [{ FEISHU_QUOTAS: '{"jobs":[]}' }, "FEISHU_QUOTAS.jobs"],
    [{ FEISHU_QUOTAS: '{"GET /open-apis/x":[{"limit":0,"windowMs":1}]}' }, "FEISHU_QUOTAS.GET /open-apis/x.0.limit"],
  ])("refuses %j", (env, problem) => {
    const problems = problemsOf(env);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
  });

  it("lists every variable that JWT sign-in requires", () => {
    expect(problemsOf({ AUTH_MODE: "jwt", JWT_TENANT_CLAIM: "tid" })).toEqual([
      "JWT_JWKS_URL is required when AUTH_MODE is jwt",
      "JWT_ISSUER is required when AUTH_MODE is jwt",
      "JWT_AUDIENCE is required when AUTH_MODE is jwt",
      "FEISHU_TENANT_KEY is required when AUTH_MODE is jwt and JWT_TENANT_CLAIM is set",
    ]);
    expect(problemsOf({ ...APP, HOST: "0.0.0.0", AUTH_MODE: "feishu", FEISHU_TENANT_KEY: "t1" })).toEqual([]);
  });

  it("allows unauthenticated listening when forced, and the sandbox on any address", () => {
    expect(problemsOf({ ...APP, HOST: "0.0.0.0", ALLOW_UNAUTHENTICATED: "1" })).toEqual([]);
    expect(problemsOf({ HOST: "0.0.0.0" })).toEqual([]);
  });

  it("repeats no secret in its problems", () => {
    const problems = problemsOf({
      FEISHU_APP_SECRET: "MARKED",
      CURSOR_SECRET: "MARKED",
      REDIS_URL: "http://:MARKED@redis",
    });
    expect(problems).toHaveLength(3);
    expect(problems.join()).not.toContain("MARKED");
  });

  it("prints no secret as JSON, with inspect or in a template string", () => {
    const config = parseConfig({
      FEISHU_APP_ID: "cli_1",
      FEISHU_APP_SECRET: "MARKED-app-secret",
      REDIS_URL: "redis://:MARKED@redis.test",
      CURSOR_SECRET: "MARKED-cursor-secret",
      GATEWAY_SECRET: "MARKED-gateway-secret",
    });
    const prints = [JSON.stringify(config), inspect(config, { depth: 9, showHidden: true }), `${config.redisUrl}`];
    for (const print of prints) {
      expect(print).toContain("[redacted]");
      expect(print).not.toContain("MARKED");
    }
  });

  it("derives the cursor secret from the app secret unless one is set", () => {
    const secretOf = (set: string | null, app: string) =>
      cursorSecretOf(set === null ? null : new Secret(set), new Secret(app)).reveal();
    expect(secretOf(null, "a")).toBe(secretOf(null, "a"));
    expect(secretOf(null, "a")).not.toBe(secretOf(null, "b"));
    expect(secretOf("set", "a")).toBe("set");
  });
});
