import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { createFakeClock } from "../../support/fake-clock.js";
import { MARKER } from "../../support/fixtures.js";
import type { Harness } from "../../support/harness.js";
import { CookieJar, callbackOf, createSessionHarness, PUBLIC_URL, SESSION, signedInAs } from "../../support/session.js";

const WHO = "{ viewer { userId name avatarUrl scopes } }";
const TOKEN = "/authen/v2/oauth/token";
const otherThan = ({ sandbox }: Harness): string => sandbox.world.markers[3]?.ids.open_id ?? "";

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
