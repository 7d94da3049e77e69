import { readFileSync } from "node:fs";
import type { Env } from "../config/env.js";

/** Secrets that may come from a file, as Docker and Kubernetes mount them: `CURSOR_SECRET_FILE` names the file. */
export const SECRET_VARIABLES = [
  "FEISHU_APP_SECRET",
  "FEISHU_ENCRYPT_KEY",
  "FEISHU_VERIFICATION_TOKEN",
  "REDIS_URL",
  "GATEWAY_SECRET",
  "CURSOR_SECRET",
  "SESSION_SECRET",
  "HTTPS_PROXY",
  "HTTP_PROXY",
];

/** Returns the environment with the secrets of the files that it names, and a problem for each that is not usable. */
export function readSecretFiles(env: Env): { readonly env: Env; readonly problems: readonly string[] } {
  const secrets: Record<string, string> = {};
  const problems: string[] = [];
  for (const name of SECRET_VARIABLES) {
    const path = env[`${name}_FILE`]?.trim();
    if (!path) continue;
    const found = env[name]?.trim() ? `${name} and ${name}_FILE exclude each other: set one of them` : read(name, path);
    if (typeof found === "string") problems.push(found);
    else secrets[name] = found.text;
  }
  return { env: { ...env, ...secrets }, problems };
}

function read(name: string, path: string): { readonly text: string } | string {
  try {
    const text = readFileSync(path, "utf8");
    return text.trim() === "" ? `${name}_FILE ${JSON.stringify(path)} is empty` : { text };
  } catch (error) {
    return `${name}_FILE ${JSON.stringify(path)} cannot be read: ${(error as { code?: string }).code}`;
  }
}
