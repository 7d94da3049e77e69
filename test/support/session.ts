import { randomBytes } from "node:crypto";
import type { Sandbox } from "../../src/sandbox/sandbox.js";
import { startSandbox } from "../../src/sandbox/server.js";
import { SANDBOX_TENANT_KEY } from "../../src/sandbox/sign-in.js";
import { MARKER } from "./fixtures.js";
import { createHarness, type Harness, type HarnessOptions } from "./harness.js";

/** Address at which the browsers of the tests see the service. */
export const PUBLIC_URL = "https://hire.example.test";

/** Starts a service with `AUTH_MODE=session` whose users sign in at the sandbox. */
export async function createSessionHarness(options: HarnessOptions = {}): Promise<Harness> {
  const sandbox =
    options.sandbox ??
    (await startSandbox({ quotas: {}, ...(options.clock && { now: () => options.clock?.now() ?? 0 }) }));
  return createHarness({ ...options, sandbox, env: { ...sessionEnv(sandbox), ...options.env } });
}

/** Returns the environment of a service with sessions. */
export const sessionEnv = (sandbox: Sandbox) => ({
  AUTH_MODE: "session",
  PUBLIC_URL,
  FEISHU_ACCOUNTS_URL: sandbox.url,
  FEISHU_TENANT_KEY: SANDBOX_TENANT_KEY,
  SESSION_SECRET: randomBytes(32).toString("hex"),
});

/** Name of the session's cookie under HTTPS. */
export const SESSION = "__Host-session";

/** A browser with cookies, as far as signing in needs one. */
export class CookieJar {
  readonly cookies = new Map<string, string>();
  /** Kept, because a test may put the jar in its place. */
  readonly #fetch = globalThis.fetch;

  /** Sends a request with the cookies, and keeps those of the answer. */
  async fetch(url: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const response = await this.#fetch(url, {
      ...init,
      redirect: "manual",
      headers: { ...(init.headers as Record<string, string>), ...(cookie && { cookie }) },
    });
    for (const text of response.headers.getSetCookie()) {
      const [pair = "", ...attributes] = text.split(/; ?/);
      const [name = "", value = ""] = pair.split(/=(.*)/s);
      if (attributes.some((attribute) => /^Max-Age=0$/i.test(attribute))) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }

  /** Asks the graph; the answer has no generated type. */
  // biome-ignore lint/suspicious/noExplicitAny: ad hoc operations have no generated types
  async ask({ url }: Harness, query: string, headers: Record<string, string> = {}): Promise<any> {
    const response = await this.fetch(`${url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ query }),
    });
    return { status: response.status, ...((await response.json()) as object) };
  }

  /** Starts a login and returns the address of the consent page. */
  async start(harness: Harness, returnTo = "/demo/"): Promise<URL> {
    const response = await this.fetch(`${harness.url}/auth/login?returnTo=${encodeURIComponent(returnTo)}`);
    return new URL(String(response.headers.get("location")));
  }

  /** Signs in as one of the sandbox's people; returns the answer to the redirect back. */
  async signIn(harness: Harness, openId: string, returnTo = "/demo/"): Promise<Response> {
    const consent = await this.start(harness, returnTo);
    return this.fetch(await callbackOf(harness, consent, { as: openId }));
  }
}

/** Returns where the consent page sends a browser, at the test's address of the service. */
export async function callbackOf(harness: Harness, consent: URL, choice: Record<string, string>): Promise<string> {
  const chosen = new URL(consent);
  for (const [name, value] of Object.entries(choice)) chosen.searchParams.set(name, value);
  const { headers } = await fetch(chosen, { redirect: "manual" });
  const { pathname, search } = new URL(String(headers.get("location")));
  return `${harness.url}${pathname}${search}`;
}

/** Returns a browser that a person of the sandbox has signed in with. */
export async function signedInAs(harness: Harness, openId = MARKER): Promise<CookieJar> {
  const jar = new CookieJar();
  const { status, headers } = await jar.signIn(harness, openId);
  if (status !== 302 || headers.get("location") !== "/demo/") throw new Error(`the login was refused: ${status}`);
  return jar;
}
