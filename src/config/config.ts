import { createHmac } from "node:crypto";
import { Secret } from "../core/secret.js";
import { type AuthSettings, auth, authRules } from "./auth.js";
import { type CacheSettings, cache } from "./cache.js";
import type { Env } from "./env.js";
import { type FeishuSettings, feishu, feishuRules, storeAppRules } from "./feishu.js";
import { type HttpSettings, http } from "./http.js";
import { type LimitSettings, limitRules, limits } from "./limits.js";
import { type NetworkSettings, network, PROXY_VARIABLES } from "./network.js";
import { quotas, type RateLimitSettings, rateLimit, rateLimitRules } from "./rate-limit.js";
import { type SessionSettings, session, sessionRules } from "./session.js";
import { type TracingSettings, tracing } from "./tracing.js";

/** Everything that can be configured, checked. `docs/configuration.md` explains each variable. Printed, it shows no secret. */
export type Config = Readonly<
  HttpSettings &
    NetworkSettings &
    FeishuSettings &
    RateLimitSettings &
    AuthSettings &
    SessionSettings &
    LimitSettings &
    CacheSettings &
    TracingSettings
>;

/** A configuration with an upstream: Feishu's or a sandbox's. */
export type AppConfig = Config & { readonly credentials: NonNullable<Config["credentials"]> };

/** Every problem of a configuration, one line each. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`invalid configuration:\n${problems.map((problem) => `  ${problem}\n`).join("")}`);
    this.problems = problems;
  }
}

const SUBJECTS = [http, network, feishu, rateLimit, auth, session, limits, cache, tracing];
const RULES = [feishuRules, rateLimitRules, limitRules, storeAppRules, authRules, sessionRules];

/** The name of every variable that is read. */
export const CONFIG_VARIABLES: readonly string[] = [...new Set(SUBJECTS.flatMap(({ names }) => names))];

/** Returns the environment without line ends and blanks around values, and without the values that are empty then. */
function normalized(environment: Env): Env {
  const lowerCase = PROXY_VARIABLES.map(
    (name) => [name, environment[name.toLowerCase()] || environment[name]] as const,
  );
  const entries = Object.entries({ ...environment, ...Object.fromEntries(lowerCase) });
  return Object.fromEntries(entries.map(([name, value]) => [name, value?.trim()]).filter(([, value]) => value));
}

/**
 * Reads the configuration from environment variables; an empty one counts as unset. `otherProblems` are reported too.
 * @throws {ConfigError} naming every problem at once. Secrets are never repeated.
 */
export function parseConfig(environment: Env, otherProblems: readonly string[] = []): Config {
  const env = normalized(environment);
  const parsed = SUBJECTS.map(({ schema }) => schema.safeParse(env));
  const checked = RULES.map((rule) => rule.safeParse(env));
  const issues = [...parsed, ...checked].flatMap(({ error }) => error?.issues ?? []);
  const problems = issues.map(({ path, message }) => [...(path.length > 0 ? [path.join(".")] : []), message].join(" "));
  if (problems.length + otherProblems.length > 0) throw new ConfigError([...new Set([...otherProblems, ...problems])]);
  return Object.freeze(Object.assign({}, ...parsed.map(({ data }) => data)) as Config);
}

/**
 * Reads the quotas of a file.
 * @throws {ConfigError}
 */
export function parseQuotas(text: string): Config["quotas"] {
  const { data, error } = quotas.safeParse(text);
  const empty = Object.keys(data ?? {}).filter((endpoint) => data?.[endpoint]?.length === 0);
  // A quota that replicas share cannot become unlimited while it is in use.
  if (empty.length > 0)
    throw new ConfigError(empty.map((endpoint) => `FEISHU_QUOTAS_FILE ${endpoint} must not be empty`));
  if (data) return data;
  throw new ConfigError(
    error?.issues.map(({ path, message }) => `FEISHU_QUOTAS_FILE ${path.join(".")} ${message}`) ?? [],
  );
}

/** The secret that signs cursors: the configured one, or one derived from the app's. */
export function cursorSecretOf(cursorSecret: Secret | null, appSecret: Secret): Secret {
  const derive = () =>
    createHmac("sha256", appSecret.reveal()).update("feishu-hire-graphql cursor").digest("base64url");
  return cursorSecret ?? new Secret(derive());
}
