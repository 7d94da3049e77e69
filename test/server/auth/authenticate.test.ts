import { afterEach, describe, expect, it, vi } from "vitest";
import { startSandbox } from "../../../src/sandbox/server.js";
import { SANDBOX_TENANT_KEY } from "../../../src/sandbox/sign-in.js";
import { MARKER } from "../../support/fixtures.js";
import { FORGED_TOKENS } from "../../support/forged-tokens.js";
import { createHarness, type Harness } from "../../support/harness.js";
import { createSignedInHarness, signedIn } from "../../support/signed-in.js";
import { startUpstream } from "../../support/upstream.js";

const VIEWER = "{ viewer { userId } }";

/** Sends a query with these headers and returns the whole response. */
async function send(harness: Harness, headers: Record<string, string>, query = VIEWER) {
  const response = await fetch(`${harness.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ query }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, ...(JSON.parse(text) as LooseAnswer) };
}

interface LooseAnswer {
  readonly data?: { readonly viewer: { readonly userId: string } };
  readonly errors?: readonly { readonly message: string; readonly extensions: Readonly<Record<string, unknown>> }[];
}

describe("a request without valid credentials", () => {
  it.each(Object.entries(FORGED_TOKENS))(
    "(%s) gets HTTP 401 and a GraphQL error without a call",
    async (_, headersOf) => {
      const harness = await createSignedInHarness();
      const headers = await headersOf(harness.sandbox);
      const answer = await send(harness, headers, '{ talent(id: "7300200000000000000") { name } }');
      expect(answer.status).toBe(401);
      expect(answer.headers.get("www-authenticate")).toBe("Bearer");
      expect(answer.errors?.map(({ extensions }) => [extensions.code, typeof extensions.requestId])).toEqual([
        ["UNAUTHENTICATED", "string"],
      ]);
      expect(harness.calls()).toBe(0);
      const token = headers.authorization?.replace("Bearer ", "");
      if (token && token.length > 20) expect(answer.text + harness.log()).not.toContain(token);
    },
  );

  it("still gets the GraphiQL page", async () => {
    const { url } = await createSignedInHarness();
    const page = await fetch(`${url}/graphql`, { headers: { accept: "text/html" } });
    expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
  });
});

describe("an issuer's keys", () => {
  afterEach(() => void vi.useRealTimers());

  it("are fetched once for many tokens, and again for an unknown key id", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const harness = await createSignedInHarness();
    const before = await signedIn(harness, "ou_a");
    expect((await send(harness, before)).status).toBe(200);
    harness.sandbox.signIn.rotateKey();
    const after = await signedIn(harness, "ou_a");
    // The JWKS URL is fetched at most once every 30 seconds.
    vi.setSystemTime(Date.now() + 31_000);
    expect((await send(harness, after)).status).toBe(200);
    expect((await send(harness, before)).status).toBe(401);
  });

  it("stay in use while the key server is unreachable", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const sandbox = await startSandbox({ quotas: {} });
    let isAway = false;
    const keyServer = await startUpstream(async (_, response) => {
      if (isAway) response.socket?.destroy();
      else response.setHeader("content-type", "application/json").end(JSON.stringify(await sandbox.signIn.jwks()));
    });
    const harness = await createSignedInHarness({ sandbox, env: { JWT_JWKS_URL: keyServer } });
    expect((await send(harness, await signedIn(harness, "ou_a"))).status).toBe(200);
    isAway = true;
    vi.setSystemTime(Date.now() + 700_000);
    const later = await signedIn(harness, "ou_a", [], { exp: Math.floor(Date.now() / 1000) + 600 });
    expect((await send(harness, later)).status).toBe(200);
  });

  it("are refreshed in the background: no request waits for an unresponsive key server", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const sandbox = await startSandbox({ quotas: {} });
    let asked = 0;
    const keyServer = await startUpstream(async (_, response) => {
      asked += 1;
      if (asked === 1) response.end(JSON.stringify(await sandbox.signIn.jwks()));
    });
    const harness = await createSignedInHarness({ sandbox, env: { JWT_JWKS_URL: keyServer } });
    expect((await send(harness, await signedIn(harness, "ou_a"))).status).toBe(200);
    vi.setSystemTime(Date.now() + 700_000);
    const later = await signedIn(harness, "ou_a", [], { exp: Math.floor(Date.now() / 1000) + 600 });
    for (let i = 0; i < 5; i++) expect((await send(harness, later)).status).toBe(200);
    expect(asked).toBe(2);
  });

  it.each([
    ["cannot be reached", () => "http://127.0.0.1:1/keys"],
    ["fails", () => startUpstream((_, response) => response.writeHead(500).end())],
    ["answers with a page", () => startUpstream((_, response) => response.end("<html>"))],
  ])("that were never fetched fail requests with HTTP 503: the server %s", async (_, open) => {
    const harness = await createSignedInHarness({ env: { JWT_JWKS_URL: await open() } });
    const answer = await send(harness, await signedIn(harness, "ou_a"));
    expect([answer.status, answer.errors?.[0]?.extensions.code]).toEqual([503, "UPSTREAM_UNAVAILABLE"]);
  });
});

describe("a Feishu user_access_token", () => {
  const USER_INFO = "/authen/v1/user_info";
  const startFeishu = (env: Record<string, string> = {}) =>
    createHarness({ env: { AUTH_MODE: "feishu", FEISHU_TENANT_KEY: SANDBOX_TENANT_KEY, ...env } });
  const tokenOf = ({ sandbox }: Harness) => {
    const [marker] = sandbox.world.markers;
    if (!marker) throw new Error("the sandbox has no markers");
    return { marker, headers: { authorization: `Bearer ${sandbox.signIn.issueUserToken(marker)}` } };
  };

  it("identifies the viewer by every id type, and is looked up once", async () => {
    const harness = await startFeishu();
    const { marker, headers } = tokenOf(harness);
    const own = `{ viewer { userId name } examMarkingTasks(userId: "${marker.ids.user_id}", userIdType: USER_ID, first: 1) { edges { cursor } } }`;
    const answers = await Promise.all([1, 2, 3].map(() => send(harness, headers, own)));
    expect(answers.map(({ status, errors }) => [status, errors])).toEqual(Array(3).fill([200, undefined]));
    expect(answers[0]?.data?.viewer).toEqual({ userId: marker.ids.open_id, name: marker.name.zh });
    expect(harness.calls(USER_INFO)).toBe(1);
  });

  it("keeps working while calls for invented tokens are limited", async () => {
    const quotas = { "GET /open-apis/authen/v1/user_info": [{ limit: 20, windowMs: 60_000 }] };
    const env = { FEISHU_QUOTAS: JSON.stringify(quotas), REQUEST_DEADLINE_MS: "1000" };
    const harness = await startFeishu(env);
    const { headers } = tokenOf(harness);
    expect((await send(harness, headers)).status).toBe(200);
    const junk = await Promise.all(
      Array.from({ length: 100 }, (_, n) => send(harness, { authorization: `Bearer u-junk-${n}` })),
    );
    expect(new Set(junk.map(({ status }) => status))).toEqual(new Set([401, 503]));
    expect(harness.calls(USER_INFO)).toBeLessThanOrEqual(20);
    expect((await send(harness, headers)).status).toBe(200);
  });

  it("causes no further call when its client disconnects during the lookup", async () => {
    const harness = await startFeishu();
    const { headers } = tokenOf(harness);
    const held = harness.sandbox.faults.arm({ kind: "hold", on: { contains: "user_info" } });
    const leaving = new AbortController();
    const list = "{ viewer { examMarkingTasks(first: 20) { edges { node { talent { name } } } } } }";
    const left = fetch(`${harness.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ query: list }),
      signal: leaving.signal,
    }).catch(() => "left");
    await harness.callsReach(1);
    leaving.abort();
    expect(await left).toBe("left");
    // A response on another connection comes after the service has seen the first one close.
    await fetch(`${harness.url}/health/live`);
    held.release();
    expect((await send(harness, headers)).status).toBe(200);
    expect(harness.calls(USER_INFO)).toBe(1);
    expect(harness.calls()).toBe(1);
  });

  it("of another tenant is rejected", async () => {
    const harness = await startFeishu({ FEISHU_TENANT_KEY: "ours" });
    expect((await send(harness, tokenOf(harness).headers)).status).toBe(401);
  });

  it("without a user is rejected although Feishu answers HTTP 200, and is looked up only once", async () => {
    const harness = await startFeishu();
    const headers = { authorization: "Bearer u-nobody" };
    for (let i = 0; i < 3; i++) expect((await send(harness, headers)).status).toBe(401);
    expect(harness.calls(USER_INFO)).toBe(1);
  });

  it("gets HTTP 503 instead of 401 while Feishu is unreachable", async () => {
    const harness = await startFeishu();
    harness.sandbox.faults.arm({ kind: "reset", on: { contains: "user_info", times: 0 } });
    const answer = await send(harness, tokenOf(harness).headers);
    expect([answer.status, answer.errors?.[0]?.extensions.code]).toEqual([503, "UPSTREAM_UNAVAILABLE"]);
  });
});

describe("claims of a company's issuer", () => {
  it("are found at a path", async () => {
    const env = { JWT_SCOPE_CLAIM: "realm_access.roles", JWT_USER_CLAIM: "feishu.open_id" };
    const harness = await createSignedInHarness({ env });
    const claims = { realm_access: { roles: ["hire:exam:read_all"] }, feishu: { open_id: MARKER } };
    const { data } = await harness.askText(
      "{ viewer { userId scopes } }",
      {},
      await signedIn(harness, "someone", [], claims),
    );
    expect(data.viewer).toEqual({ userId: MARKER, scopes: ["hire:exam:read_all"] });
  });

  it.each([
    ["aud", { aud: "another" }],
    ["iss", { iss: "another" }],
  ])("that are refused are named in the log: %s", async (claim, claims) => {
    const harness = await createSignedInHarness();
    const { errors } = await harness.askText(VIEWER, {}, await signedIn(harness, MARKER, [], claims));
    expect(errors?.[0]).toMatchObject({ extensions: { code: "UNAUTHENTICATED" } });
    await harness.logged("Caller refused");
    expect(harness.log()).toContain(`"claim":"${claim}"`);
    expect(harness.log()).not.toContain("another");
  });
});
