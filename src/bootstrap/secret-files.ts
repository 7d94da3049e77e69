import { readFileSync } from "node:fs";
import { ConfigError } from "../config/config.js";
import type { Env } from "../config/env.js";

/** Secrets that may come from a file, as Docker and Kubernetes mount them: `CURSOR_SECRET_FILE` names the file. */
export const SECRET_VARIABLES = [
  "FEISHU_APP_SECRET",
  "FEISHU_ENCRYPT_KEY",
  "FEISHU_VERIFICATION_TOKEN",
  "REDIS_URL",
  "GATEWAY_SECRET",
  "CURSOR_SECRET",
  "HTTPS_PROXY",
  "HTTP_PROXY",
];

/**
 * Returns the environment with the secrets of the files that it names.
 * @throws {ConfigError} naming every file that cannot be read, and every secret that is set in both ways.
 */
export function readSecretFiles(env: Env): Env {
  const problems: string[] = [];
  const secrets: Record<string, string> = {};
  for (const name of SECRET_VARIABLES) {
    const path = env[`${name}_FILE`]?.trim();
    if (!path) continue;
    if (env[name]) problems.push(`${name} and ${name}_FILE exclude each other: set one of them`);
    else
      try {
        secrets[name] = readFileSync(path, "utf8");
        if (secrets[name].trim() === "") problems.push(`${name}_FILE ${JSON.stringify(path)} is empty`);
      } catch (error) {
        problems.push(`${name}_FILE ${JSON.stringify(path)} cannot be read: ${(error as { code?: string }).code}`);
      }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return { ...env, ...secrets };
}
