import type { Sandbox } from "../../src/sandbox/sandbox.js";
import { startSandbox } from "../../src/sandbox/server.js";
import { SANDBOX_AUDIENCE, SANDBOX_ISSUER, SANDBOX_TENANT_KEY } from "../../src/sandbox/sign-in.js";
import { createHarness, type Harness, type HarnessOptions } from "./harness.js";

/** Starts a service whose callers sign in with JWTs of the sandbox. */
export async function createSignedInHarness(options: HarnessOptions = {}): Promise<Harness> {
  const sandbox = options.sandbox ?? (await startSandbox({ quotas: {} }));
  return createHarness({ ...options, sandbox, env: { ...signInEnv(sandbox), ...options.env } });
}

/** Returns the environment of a service with JWT sign-in. */
export const signInEnv = (sandbox: Sandbox): Readonly<Record<string, string>> => ({
  AUTH_MODE: "jwt",
  JWT_JWKS_URL: `${sandbox.url}/_sandbox/jwks`,
  JWT_ISSUER: SANDBOX_ISSUER,
  JWT_AUDIENCE: SANDBOX_AUDIENCE,
  JWT_TENANT_CLAIM: "tenant",
  FEISHU_TENANT_KEY: SANDBOX_TENANT_KEY,
});

/** Returns the header that signs a caller in. */
export async function signedIn(
  { sandbox }: Pick<Harness, "sandbox">,
  sub: string,
  scopes: readonly string[] = [],
  claims: object = {},
): Promise<Record<string, string>> {
  const token = await sandbox.signIn.signJwt({ sub, scope: scopes.join(" "), tenant: SANDBOX_TENANT_KEY, ...claims });
  return { authorization: `Bearer ${token}` };
}
