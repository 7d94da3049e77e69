import type { Sandbox } from "../../src/sandbox/sandbox.js";
import { startSandbox } from "../../src/sandbox/server.js";
import type { Harness, HarnessOptions } from "./harness.js";
import { createSignedInHarness, signedIn } from "./signed-in.js";

export const ENCRYPT_KEY = "encrypt-key-of-the-tests";
export const VERIFICATION_TOKEN = "verification-token-of-the-tests";

/** Environment of an app that receives Feishu's events. */
export const EVENTS_ENV = { FEISHU_ENCRYPT_KEY: ENCRYPT_KEY, FEISHU_VERIFICATION_TOKEN: VERIFICATION_TOKEN };

const APP_ID = "cli_test";

/** Registers the service's webhook URL at the sandbox. */
export function registerWebhook(sandbox: Sandbox, url: string, appId = APP_ID): void {
  const keys = { encryptKey: ENCRYPT_KEY, verificationToken: VERIFICATION_TOKEN };
  sandbox.webhooks.subscribe(appId, { url: `${url}/webhooks/feishu`, ...keys });
}

/** Starts a store app's service, to which its sandbox sends events. */
export async function createStoreHarness(options: HarnessOptions = {}): Promise<Harness> {
  const sandbox = options.sandbox ?? (await startSandbox({ quotas: {} }));
  const env = { FEISHU_APP_TYPE: "store", FEISHU_TENANT_KEY: "", ...EVENTS_ENV, ...options.env };
  const harness = await createSignedInHarness({ ...options, sandbox, env });
  registerWebhook(sandbox, harness.url);
  return harness;
}

/** Returns the headers of a tenant member who may read all exam lists and all entities. */
export const memberOf = (
  harness: Pick<Harness, "sandbox">,
  tenant: string,
  sub = "ou_a",
): Promise<Record<string, string>> =>
  signedIn(
    harness,
    sub,
    ["hire:exam:read_all", "hire:job:read", "hire:talent:read", "hire:application:read", "hire:user:read"],
    { tenant },
  );
