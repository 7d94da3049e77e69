import { once } from "node:events";
import { describe, expect, inject, it } from "vitest";
import { WebSocket } from "ws";
import { startSandbox } from "../../../src/sandbox/server.js";
import { createFakeClock } from "../../support/fake-clock.js";
import { MARKER } from "../../support/fixtures.js";
import type { Harness } from "../../support/harness.js";
import { CookieJar, callbackOf, createSessionHarness, SESSION, sessionEnv, signedInAs } from "../../support/session.js";
import { signedIn, signInEnv } from "../../support/signed-in.js";
import { EVENTS_ENV, registerWebhook } from "../../support/store-app.js";

const WHO = "{ viewer { userId name avatarUrl scopes } }";
const TOKEN = "/authen/v2/oauth/token";
const otherThan = ({ sandbox }: Harness): string => sandbox.world.markers[3]?.ids.open_id ?? "";
const codeOf = (answer: { errors?: { extensions: { code: string } }[] }): string | undefined =>
  answer.errors?.[0]?.extensions.code;

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

describe("a store app's session", () => {
  it("reads the tenant that Feishu names for the user, and no other", async () => {
    const sandbox = await startSandbox({ quotas: {} });
    const harness = await createSessionHarness({
      sandbox,
      env: { FEISHU_APP_TYPE: "store", FEISHU_TENANT_KEY: "", ...EVENTS_ENV },
    });
    registerWebhook(sandbox, harness.url);
    const data = { open_id: MARKER, tenant_key: "tenant-b" };
    sandbox.faults.arm({ kind: "merge", data, on: { contains: "user_info" } });
    const jar = await signedInAs(harness);
    const query = "{ viewer { examMarkingTasks(first: 1) { edges { node { job { title } } } } } }";
    const answer = await jar.ask(harness, query, { "x-tenant": "tenant-a" });
    expect(answer.data.viewer.examMarkingTasks.edges[0].node.job.title).toMatch(/ @tenant-b$/);
  });
});
