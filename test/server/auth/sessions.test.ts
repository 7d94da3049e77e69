import { once } from "node:events";
import { describe, expect, inject, it } from "vitest";
import { WebSocket } from "ws";
import { startSandbox } from "../../../src/sandbox/server.js";
import { createFakeClock } from "../../support/fake-clock.js";
import { MARKER } from "../../support/fixtures.js";
import type { Harness } from "../../support/harness.js";
import { CookieJar, callbackOf, createSessionHarness, PUBLIC_URL, sessionEnv } from "../../support/session.js";
import { signedIn, signInEnv } from "../../support/signed-in.js";

const WHO = "{ viewer { userId name avatarUrl scopes } }";
const TOKEN = "/authen/v2/oauth/token";
const SESSION = "__Host-session";
const otherThan = ({ sandbox }: Harness): string => sandbox.world.markers[3]?.ids.open_id ?? "";
const codeOf = (answer: { errors?: { extensions: { code: string } }[] }): string | undefined =>
  answer.errors?.[0]?.extensions.code;

async function signedInAs(harness: Harness, openId = MARKER): Promise<CookieJar> {
  const jar = new CookieJar();
  const back = await jar.signIn(harness, openId);
  expect([back.status, back.headers.get("location")]).toEqual([302, "/demo/"]);
  return jar;
}

describe("signing in with Feishu", () => {
  it("starts a session, which the viewer and their own list belong to", async () => {
    const harness = await createSessionHarness();
    const jar = await signedInAs(harness);
    const { data } = await jar.ask(harness, WHO);
    expect(data.viewer).toMatchObject({ userId: MARKER, scopes: [], avatarUrl: expect.stringMatching(/^data:image/) });
    const own = await jar.ask(harness, "{ viewer { examMarkingTasks(first: 1) { edges { node { id } } } } }");
    expect(own.data.viewer.examMarkingTasks.edges).toHaveLength(1);
    const others = await jar.ask(harness, `{ examMarkingTasks(userId: "${otherThan(harness)}") { edges { cursor } } }`);
    expect(codeOf(others)).toBe("FORBIDDEN");
  });

  it("sets a cookie that scripts, other sites and subdomains cannot reach", async () => {
    const harness = await createSessionHarness();
    const jar = new CookieJar();
    const cookies = (await jar.signIn(harness, MARKER)).headers.getSetCookie();
    const session = cookies.find((text) => text.startsWith(`${SESSION}=`));
    expect(session?.split("; ").slice(1).toSorted()).toEqual(["HttpOnly", "Path=/", "SameSite=Lax", "Secure"]);
  });

  it("is 401 for a query without a session, never a redirect", async () => {
    const harness = await createSessionHarness();
    const answer = await new CookieJar().ask(harness, WHO);
    expect([answer.status, codeOf(answer)]).toEqual([401, "UNAUTHENTICATED"]);
  });

  it("leaves bearer tokens to other clients", async () => {
    const sandbox = await startSandbox({ quotas: {} });
    const jwt = await createSessionHarness({ sandbox, env: { ...signInEnv(sandbox), AUTH_MODE: "session" } });
    expect((await new CookieJar().ask(jwt, WHO, await signedIn(jwt, MARKER))).data.viewer.userId).toBe(MARKER);
  });

  it.each([
    ["denied", { deny: "1" }, "denied"],
    ["of a user without access to the app", { as: MARKER }, "no_access"],
  ])("ends where it began when it is %s", async (_, choice, code) => {
    const harness = await createSessionHarness();
    harness.sandbox.authorization.withoutAccess.add(MARKER);
    const jar = new CookieJar();
    const back = await jar.fetch(await callbackOf(harness, await jar.start(harness, "/demo/?a=1#b"), choice as never));
    expect(back.headers.get("location")).toBe(`/demo/?a=1&login_error=${code}#b`);
    expect(jar.cookies.has(SESSION)).toBe(false);
  });
});

describe("the scopes of a session", () => {
  const grant = (more: object): string => JSON.stringify({ "hire:exam:read_all": more });
  it.each([
    ["a user", { users: [MARKER] }, ["hire:exam:read_all"]],
    ["another user", { users: ["ou_x"] }, []],
    ["a department of theirs", { departments: ["od-1"] }, ["hire:exam:read_all"]],
    ["another department", { departments: ["od-2"] }, []],
    ["the role of a tenant manager", { roles: ["tenant_manager"] }, ["hire:exam:read_all"]],
    ["nobody", {}, []],
  ])("follow a grant to %s", async (_, grants, scopes) => {
    const harness = await createSessionHarness({ env: { SESSION_SCOPES: grant(grants) } });
    const items = [{ open_id: MARKER, department_ids: ["od-1"], is_tenant_manager: true }];
    harness.sandbox.faults.arm({ kind: "merge", data: { items }, on: { contains: "users/batch", times: 0 } });
    expect((await (await signedInAs(harness)).ask(harness, WHO)).data.viewer.scopes).toEqual(scopes);
    const needsDirectory = "departments" in grants || "roles" in grants;
    expect(harness.calls("/contact/v3/users/batch")).toBe(needsDirectory ? 1 : 0);
  });
});

describe("the life of a session", () => {
  const start = async () => {
    const clock = createFakeClock();
    const harness = await createSessionHarness({ clock });
    return { clock, harness, jar: await signedInAs(harness) };
  };

  it("ends after eight hours without a request", async () => {
    const { clock, harness, jar } = await start();
    await clock.advance(8 * 3_600_000);
    expect((await jar.ask(harness, WHO)).status).toBe(401);
  });

  it("ends a week after login, however busy", async () => {
    const { clock, harness, jar } = await start();
    for (let hours = 0; hours < 7 * 24; hours += 7) {
      expect((await jar.ask(harness, WHO)).status).toBe(200);
      await clock.advance(7 * 3_600_000);
    }
    expect((await jar.ask(harness, WHO)).status).toBe(401);
  });

  it("is refreshed once, even if 50 requests come at the moment of expiry", async () => {
    const { clock, harness, jar } = await start();
    await clock.advance(900_000);
    const tokens = harness.calls(TOKEN);
    const answers = await Promise.all(Array.from({ length: 50 }, () => jar.ask(harness, WHO)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 200));
    expect(harness.calls(TOKEN) - tokens).toBe(1);
  });

  it("ends cleanly when Feishu refuses the refresh", async () => {
    const { clock, harness, jar } = await start();
    await clock.advance(900_000);
    harness.sandbox.authorization.revokeAll();
    const answer = await jar.ask(harness, WHO);
    expect([answer.status, codeOf(answer)]).toEqual([401, "UNAUTHENTICATED"]);
  });

  it("goes on when Feishu is away for a moment: the request fails, the session does not", async () => {
    const { clock, harness, jar } = await start();
    await clock.advance(900_000);
    const down = harness.sandbox.faults.arm({
      kind: "status",
      httpStatus: 503,
      code: 20072,
      on: { contains: "oauth/token", times: 0 },
    });
    expect((await jar.ask(harness, WHO)).status).toBe(503);
    down.release();
    // Until a pause is over, no request costs a call.
    const tokens = harness.calls(TOKEN);
    for (let i = 0; i < 20; i++) expect((await jar.ask(harness, WHO)).status).toBe(503);
    expect(harness.calls(TOKEN)).toBe(tokens);
    await clock.advance(10_000);
    expect((await jar.ask(harness, WHO)).status).toBe(200);
  });

  it("needs no second refresh when only the look at the user has failed", async () => {
    const { clock, harness, jar } = await start();
    await clock.advance(900_000);
    const tokens = harness.calls(TOKEN);
    const on = { contains: "user_info", times: 0 };
    const down = harness.sandbox.faults.arm({ kind: "raw_body", body: "<html>", on });
    expect((await jar.ask(harness, WHO)).status).toBe(503);
    down.release();
    await clock.advance(10_000);
    expect((await jar.ask(harness, WHO)).status).toBe(200);
    expect(harness.calls(TOKEN) - tokens).toBe(1);
  });

  it.each([
    ["a wrong app secret", { httpStatus: 400, code: 20002 }],
    ["throttling", { httpStatus: 429, code: 99991400 }],
  ])("survives %s during a refresh", async (_, fault) => {
    const { clock, harness, jar } = await start();
    await clock.advance(900_000);
    harness.sandbox.faults.arm({ kind: "status", ...fault, on: { contains: "oauth/token" } });
    expect((await jar.ask(harness, WHO)).status).toBe(503);
    await clock.advance(10_000);
    expect((await jar.ask(harness, WHO)).status).toBe(200);
  });

  it("is not brought back by a refresh that ends after signing out", async () => {
    const { clock, harness, jar } = await start();
    await clock.advance(900_000);
    const held = harness.sandbox.faults.arm({ kind: "hold", on: { contains: "oauth/token" } });
    const seen = harness.calls();
    const running = jar.ask(harness, WHO);
    await harness.callsReach(seen + 1);
    const other = new CookieJar();
    other.cookies.set(SESSION, String(jar.cookies.get(SESSION)));
    await other.fetch(`${harness.url}/auth/logout`, { method: "POST" });
    held.release();
    expect((await running).status).toBe(401);
    expect((await jar.ask(harness, WHO)).status).toBe(401);
  });

  it("ends everywhere by signing out: HTTP at once, a socket within seconds", async () => {
    const { clock, harness, jar } = await start();
    const cookie = `${SESSION}=${jar.cookies.get(SESSION)}`;
    const socket = new WebSocket(`${harness.url.replace("http", "ws")}/graphql`, "graphql-transport-ws", {
      headers: { cookie },
    });
    await once(socket, "open");
    socket.send('{"type":"connection_init"}');
    await once(socket, "message");
    const closed = once(socket, "close");
    const other = new CookieJar();
    other.cookies.set(SESSION, String(jar.cookies.get(SESSION)));
    expect((await jar.fetch(`${harness.url}/auth/logout`, { method: "POST" })).status).toBe(204);
    expect((await other.ask(harness, WHO)).status).toBe(401);
    await clock.advance(5000);
    expect((await closed)[0]).toBe(4403);
  });

  it("is shared by replicas and outlives them with Redis, refreshed by one of them", async () => {
    const sandbox = await startSandbox({ quotas: {} });
    const clock = createFakeClock(Date.now());
    const env = {
      ...sessionEnv(sandbox),
      REDIS_URL: inject("redisUrl"),
      FEISHU_APP_ID: `cli_${process.pid}_${Date.now()}`,
    };
    const [first, second] = [
      await createSessionHarness({ sandbox, env, clock }),
      await createSessionHarness({ sandbox, env, clock }),
    ];
    const jar = await signedInAs(first);
    expect((await jar.ask(second, WHO)).data.viewer.userId).toBe(MARKER);
    await clock.advance(900_000);
    const tokens = first.calls(TOKEN);
    const answers = Promise.all([first, second, first, second].map((replica) => jar.ask(replica, WHO)));
    let isDone = false;
    void answers.finally(() => {
      isDone = true;
    });
    while (!isDone) await clock.advance(50);
    expect((await answers).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(first.calls(TOKEN) - tokens).toBe(1);
    await jar.fetch(`${second.url}/auth/logout`, { method: "POST" });
    expect((await jar.ask(first, WHO)).status).toBe(401);
  });
});

describe("an attack on the login", () => {
  it("by a forged state fails", async () => {
    const harness = await createSessionHarness();
    const jar = new CookieJar();
    const url = new URL(await callbackOf(harness, await jar.start(harness), { as: MARKER }));
    url.searchParams.set("state", "forged");
    expect((await jar.fetch(String(url))).status).toBe(400);
    expect(harness.calls(TOKEN)).toBe(0);
  });

  it("by a state that another browser started fails (login CSRF)", async () => {
    const harness = await createSessionHarness();
    const attacker = new CookieJar();
    const url = await callbackOf(harness, await attacker.start(harness), { as: otherThan(harness) });
    const victim = new CookieJar();
    await victim.start(harness);
    expect((await victim.fetch(url)).status).toBe(400);
    expect(victim.cookies.has(SESSION)).toBe(false);
  });

  it("by a replayed redirect fails", async () => {
    const harness = await createSessionHarness();
    const jar = new CookieJar();
    const url = await callbackOf(harness, await jar.start(harness), { as: MARKER });
    const kept = new Map(jar.cookies);
    await jar.fetch(url);
    expect((await jar.fetch(url)).status).toBe(400);
    // With the cookie of the login restored, too: the code is used up.
    const replay = new CookieJar();
    for (const [name, value] of kept) replay.cookies.set(name, value);
    expect((await replay.fetch(url)).status).toBe(400);
    expect(replay.cookies.has(SESSION)).toBe(false);
  });

  it("by an injected code of another login fails: its PKCE verifier differs", async () => {
    const harness = await createSessionHarness();
    const attacker = new CookieJar();
    const stolen = new URL(await callbackOf(harness, await attacker.start(harness), { as: otherThan(harness) }));
    const victim = new CookieJar();
    const own = new URL(await callbackOf(harness, await victim.start(harness), { as: MARKER }));
    own.searchParams.set("code", String(stolen.searchParams.get("code")));
    expect((await victim.fetch(String(own))).headers.get("location")).toContain("login_error=refused");
    expect(victim.cookies.has(SESSION)).toBe(false);
  });

  it("by an expired code or an expired login fails", async () => {
    const clock = createFakeClock();
    const harness = await createSessionHarness({ clock });
    const jar = new CookieJar();
    const url = await callbackOf(harness, await jar.start(harness), { as: MARKER });
    await clock.advance(301_000);
    expect((await jar.fetch(url)).headers.get("location")).toContain("login_error=refused");
    const late = new CookieJar();
    const consent = await late.start(harness);
    await clock.advance(601_000);
    expect((await late.fetch(await callbackOf(harness, consent, { as: MARKER }))).status).toBe(400);
  });

  it("by an open redirect or a split header fails", async () => {
    const harness = await createSessionHarness();
    for (const returnTo of [
      "https://evil.test/",
      "//evil.test/",
      "/\\evil.test",
      "\\\\evil.test",
      "/\t/evil.test",
      "javascript:alert(1)",
      "/a\r\nset-cookie: x=1",
      "/%0d%0a\r\n",
      "demo/",
      "/.//evil.test/x",
      "/a/..//evil.test",
      "/%2e//evil.test",
      `/${"a".repeat(301)}`,
    ]) {
      const response = await new CookieJar().fetch(
        `${harness.url}/auth/login?returnTo=${encodeURIComponent(returnTo)}`,
      );
      expect([returnTo, response.status]).toEqual([returnTo, 400]);
      expect(response.headers.get("location")).toBeNull();
      expect(response.headers.get("set-cookie")).toBeNull();
    }
  });

  it("by a repeated returnTo fails", async () => {
    const harness = await createSessionHarness();
    const response = await new CookieJar().fetch(`${harness.url}/auth/login?returnTo=/demo/&returnTo=//evil.test`);
    expect(response.status).toBe(400);
  });

  it.each([{}, { JWT_JWKS_URL: "https://id.test/keys", JWT_ISSUER: "https://id.test", JWT_AUDIENCE: "a" }])(
    "from a foreign tenant fails, whatever tokens are accepted beside sessions",
    async (env) => {
      const harness = await createSessionHarness({ env });
      const data = { open_id: MARKER, tenant_key: "foreign" };
      harness.sandbox.faults.arm({ kind: "merge", data, on: { contains: "user_info" } });
      const back = await new CookieJar().signIn(harness, MARKER);
      expect(back.headers.get("location")).toContain("login_error=refused");
    },
  );

  it("by many unfinished logins does not make requests too large", async () => {
    const harness = await createSessionHarness();
    const jar = new CookieJar();
    for (let i = 0; i < 12; i++) await jar.start(harness, `/${"a".repeat(290)}`);
    expect([...jar.cookies.keys()].filter((name) => name.includes("login-")).length).toBeLessThanOrEqual(3);
  });

  it("by a planted session fails: login starts a new one and ends the old", async () => {
    const harness = await createSessionHarness();
    const attacker = await signedInAs(harness, otherThan(harness));
    const planted = String(attacker.cookies.get(SESSION));
    const victim = new CookieJar();
    victim.cookies.set(SESSION, planted);
    await victim.signIn(harness, MARKER);
    expect(victim.cookies.get(SESSION)).not.toBe(planted);
    expect((await attacker.ask(harness, WHO)).status).toBe(401);
  });

  it.each([
    [
      "of another deployment",
      async () => String((await signedInAs(await createSessionHarness())).cookies.get(SESSION)),
    ],
    ["without a signature", async (jar: CookieJar) => String(jar.cookies.get(SESSION)).split(".")[0]],
    ["with one character changed", async (jar: CookieJar) => `x${String(jar.cookies.get(SESSION)).slice(1)}`],
    ["of rubbish", async () => "..%2e"],
  ])("by a cookie %s fails", async (_, forge) => {
    const harness = await createSessionHarness();
    const jar = await signedInAs(harness);
    jar.cookies.set(SESSION, String(await forge(jar)));
    expect((await jar.ask(harness, WHO)).status).toBe(401);
  });

  it("by a cookie that a subdomain could set fails: only the __Host- name counts", async () => {
    const harness = await createSessionHarness();
    const jar = await signedInAs(harness);
    jar.cookies.set("session", String(jar.cookies.get(SESSION)));
    jar.cookies.delete(SESSION);
    expect((await jar.ask(harness, WHO)).status).toBe(401);
  });

  it.each([
    ["a form", { "content-type": "application/x-www-form-urlencoded" }, "query={__typename}"],
    ["a form of text", { "content-type": "text/plain" }, '{"query":"{__typename}"}'],
    [
      "a page of another origin",
      { "content-type": "application/json", origin: "https://evil.test" },
      '{"query":"{__typename}"}',
    ],
    [
      "a cross-site page",
      { "content-type": "application/json", "sec-fetch-site": "cross-site" },
      '{"query":"{__typename}"}',
    ],
    ["a sandboxed frame", { "content-type": "application/json", origin: "null" }, '{"query":"{__typename}"}'],
  ])("by %s cannot use a session", async (_, headers, body) => {
    const harness = await createSessionHarness();
    const jar = await signedInAs(harness);
    const response = await jar.fetch(`${harness.url}/graphql`, { method: "POST", headers, body });
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(await response.text()).not.toContain('"data":{"__typename"');
  });

  it("by an image or a link cannot run a query", async () => {
    const harness = await createSessionHarness();
    const jar = await signedInAs(harness);
    const response = await jar.fetch(`${harness.url}/graphql?query={__typename}`, { headers: { accept: "image/*" } });
    expect(response.status).toBe(400);
  });

  it("by a cross-origin WebSocket fails", async () => {
    const harness = await createSessionHarness();
    const jar = await signedInAs(harness);
    const headers = { cookie: `${SESSION}=${jar.cookies.get(SESSION)}`, origin: "https://evil.test" };
    const socket = new WebSocket(`${harness.url.replace("http", "ws")}/graphql`, "graphql-transport-ws", { headers });
    const [, { statusCode }] = await once(socket, "unexpected-response");
    expect(statusCode).toBe(403);
  });

  it.each([
    ["an image", "GET", {}],
    ["a form of another site", "POST", { origin: "https://evil.test" }],
    ["a cross-site page", "POST", { "sec-fetch-site": "cross-site" }],
  ])("by %s cannot sign anyone out", async (_, method, headers) => {
    const harness = await createSessionHarness();
    const jar = await signedInAs(harness);
    expect((await jar.fetch(`${harness.url}/auth/logout`, { method, headers })).status).toBeGreaterThanOrEqual(400);
    expect((await jar.ask(harness, WHO)).status).toBe(200);
    const own = await jar.fetch(`${harness.url}/auth/logout`, { method: "POST", headers: { origin: PUBLIC_URL } });
    expect(own.status).toBe(204);
  });

  it("by a frame fails: no page may be framed", async () => {
    const harness = await createSessionHarness();
    const { headers } = await fetch(`${harness.url}/auth/login?returnTo=x`);
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(headers.get("x-frame-options")).toBe("SAMEORIGIN");
  });

  it("finds no secret in the store, the log or a response", async () => {
    const harness = await createSessionHarness();
    const jar = await signedInAs(harness);
    await jar.ask(harness, WHO);
    const [id = ""] = String(jar.cookies.get(SESSION)).split(".");
    for (const secret of [id, ...harness.sandbox.signIn.all()]) expect(harness.log()).not.toContain(secret);
  });
});

describe("CORS with a session", () => {
  it("names one origin with credentials, and no other", async () => {
    const harness = await createSessionHarness({ env: { CORS_ORIGINS: "https://app.example.test" } });
    const jar = await signedInAs(harness);
    const ask = (origin: string) =>
      jar.fetch(`${harness.url}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", origin, "sec-fetch-site": "same-site" },
        body: JSON.stringify({ query: WHO }),
      });
    const allowed = await ask("https://app.example.test");
    expect([
      allowed.status,
      allowed.headers.get("access-control-allow-origin"),
      allowed.headers.get("access-control-allow-credentials"),
    ]).toEqual([200, "https://app.example.test", "true"]);
    const refused = await ask("https://other.example.test");
    expect([refused.status, refused.headers.get("access-control-allow-origin")]).toEqual([403, null]);
  });
});

describe("SESSION_SECRET", () => {
  it("can be rotated: sessions of the former secret go on", async () => {
    const sandbox = await startSandbox({ quotas: {} });
    const env = {
      ...sessionEnv(sandbox),
      REDIS_URL: inject("redisUrl"),
      FEISHU_APP_ID: `cli_r_${process.pid}_${Date.now()}`,
    };
    const jar = await signedInAs(await createSessionHarness({ sandbox, env }));
    const rotated = { ...env, SESSION_SECRET: `${"n".repeat(32)},${env.SESSION_SECRET}` };
    const later = await createSessionHarness({ sandbox, env: rotated });
    expect((await jar.ask(later, WHO)).status).toBe(200);
  });
});
