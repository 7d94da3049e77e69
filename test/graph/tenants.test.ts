import { describe, expect, inject, it } from "vitest";
import { startSandbox } from "../../src/sandbox/server.js";
import { createFakeClock } from "../support/fake-clock.js";
import { APPLICATION, type Harness, JOB, TALENT, TASKS } from "../support/harness.js";
import { failureOf, subscribe } from "../support/live.js";
import { createStoreHarness, memberOf } from "../support/store-app.js";

const TENANTS = ["tenant-a", "tenant-b"] as const;
const HELD = {
  CACHE_TTL_JOB_S: "300",
  CACHE_TTL_TALENT_S: "300",
  CACHE_TTL_APPLICATION_S: "300",
  CACHE_TTL_USER_S: "300",
  CACHE_TTL_PAGE_S: "60",
};
const APP_TOKEN = "/auth/v3/app_access_token";
const TENANT_TOKEN = "/auth/v3/tenant_access_token";
const RESEND = "/auth/v3/app_ticket/resend";

const LIST = `query ($id: ID!, $after: String) { examMarkingTasks(userId: $id, first: 3, after: $after) {
  edges { node { id marker { name } job { title } talent { name } application { stage { id } } exams { id } } } pageInfo { endCursor } } }`;

const markerOf = ({ sandbox }: Harness) => sandbox.world.markers[0]?.ids.open_id ?? "";

describe("a store app", () => {
  it("requests its ticket, waits for it, and then requests one token per tenant", async () => {
    const harness = await createStoreHarness();
    const id = markerOf(harness);
    const headers = await memberOf(harness, "tenant-a");
    const answers = await Promise.all(Array.from({ length: 20 }, () => harness.askText(LIST, { id }, headers)));
    for (const { data, errors } of answers) {
      expect(errors).toBeUndefined();
      expect(data.examMarkingTasks.edges).toHaveLength(3);
    }
    await harness.askText(LIST, { id }, await memberOf(harness, "tenant-b"));
    expect([RESEND, APP_TOKEN, TENANT_TOKEN].map((endpoint) => harness.calls(endpoint))).toEqual([1, 1, 2]);
  });

  it.each([
    ["its app_access_token", (harness: Harness) => harness.sandbox.store.expireAppTokens(), 0],
    ["its app_ticket", (harness: Harness) => harness.sandbox.store.renewTicket(), 1],
  ])("replaces %s when Feishu rejects it", async (_, spoil, resends) => {
    const harness = await createStoreHarness();
    const id = markerOf(harness);
    await harness.askText(LIST, { id }, await memberOf(harness, "tenant-a"));
    spoil(harness);
    harness.sandbox.store.expireAppTokens();
    const before = harness.calls(RESEND);
    const { errors } = await harness.askText(LIST, { id }, await memberOf(harness, "tenant-b"));
    expect(errors).toBeUndefined();
    expect(harness.calls(RESEND) - before).toBe(resends);
  });

  it("reports which tenant has not installed it, and serves the others", async () => {
    const harness = await createStoreHarness();
    harness.sandbox.store.suspend("tenant-b", true);
    const id = markerOf(harness);
    const refused = await memberOf(harness, "tenant-b");
    for (let i = 0; i < 5; i++) {
      const { data, errors } = await harness.askText(LIST, { id }, refused);
      expect(data).toBeNull();
      expect(errors?.[0]?.extensions.code).toBe("UPSTREAM_PERMISSION_MISSING");
      expect(errors?.[0]?.message).toContain("this tenant has not installed the app");
    }
    // Repeated requests do not repeat the token call.
    expect(harness.calls(TENANT_TOKEN)).toBe(1);
    expect((await harness.askText(LIST, { id }, await memberOf(harness, "tenant-a"))).errors).toBeUndefined();
  });

  it("reports clearly when no ticket arrives", async () => {
    const harness = await createStoreHarness();
    harness.sandbox.webhooks.subscribe("cli_test", { url: "" });
    const { errors } = await harness.askText(LIST, { id: markerOf(harness) }, await memberOf(harness, "tenant-a"));
    expect(errors?.[0]?.extensions).toMatchObject({ code: "UPSTREAM_UNAVAILABLE", retryable: true });
    expect(errors?.[0]?.message).toContain("app_ticket");
  });

  it("takes the tenant from the verified token, and never from other client input", async () => {
    const harness = await createStoreHarness();
    const mine = await memberOf(harness, "tenant-a");
    const forged = { ...mine, "x-tenant-key": "tenant-b", "x-tenant": "tenant-b", cookie: "tenant=tenant-b" };
    const { data } = await harness.askText(LIST, { id: markerOf(harness), tenant: "tenant-b" }, forged);
    expect(JSON.stringify(data)).toContain("@tenant-a");
    expect(JSON.stringify(data)).not.toContain("@tenant-b");
    for (const tenant of ["", "a b", "../x", "t".repeat(200), 7, ["tenant-a"]]) {
      const { errors } = await harness.askText(
        LIST,
        { id: markerOf(harness) },
        await memberOf(harness, tenant as string),
      );
      expect(errors?.[0]?.extensions.code, String(tenant)).toBe("UNAUTHENTICATED");
    }
  });
});

/** Structures that requests share, each with a query that both tenants send. */
const SHARED: Readonly<Record<string, (harness: Harness) => { query: string; variables?: object; endpoint: string }>> =
  {
    "a page of tasks": (harness) => ({ query: LIST, variables: { id: markerOf(harness) }, endpoint: TASKS }),
    "a job": ({ sandbox }) => ({
      query: `{ job(id: "${sandbox.world.markers[0]?.tasks[0]?.job_id}") { title } }`,
      endpoint: JOB,
    }),
    "a detailed job": ({ sandbox }) => ({
      query: `{ job(id: "${sandbox.world.markers[0]?.tasks[0]?.job_id}") { title recruiter { id } } }`,
      endpoint: `${JOB}/get_detail`,
    }),
    "a talent": ({ sandbox }) => ({
      query: `{ talent(id: "${sandbox.world.markers[0]?.tasks[0]?.talent_id}") { name } }`,
      endpoint: TALENT,
    }),
    "an application": ({ sandbox }) => ({
      query: `{ application(id: "${sandbox.world.markers[0]?.tasks[0]?.application_id}") { stage { id } } }`,
      endpoint: APPLICATION,
    }),
    "a user": (harness) => ({
      query: `{ _entities(representations: [{ __typename: "User", id: "${markerOf(harness)}", idType: "OPEN_ID" }]) { ... on User { name } } }`,
      endpoint: "/contact/v3/users/batch",
    }),
  };

describe("tenants", () => {
  describe.each(Object.entries(SHARED))("of %s", (_, of) => {
    it.each(["one after the other", "at once"])("never share cached or in-flight reads, requested %s", async (when) => {
      const harness = await createStoreHarness({ env: HELD });
      const { query, variables, endpoint } = of(harness);
      const ask = async (tenant: string) => harness.askText(query, variables, await memberOf(harness, tenant));
      // Fetches the tokens first, so that only the reads are counted.
      for (const tenant of TENANTS)
        await harness.askText(`{ __typename viewer { id } }`, {}, await memberOf(harness, tenant));
      const [a, b] =
        when === "at once" ? await Promise.all(TENANTS.map(ask)) : [await ask("tenant-a"), await ask("tenant-b")];
      for (const answer of [a, b]) expect(answer?.errors).toBeUndefined();
      expect(JSON.stringify(a)).not.toContain("@tenant-b");
      expect(JSON.stringify(b)).not.toContain("@tenant-a");
      expect(harness.calls(endpoint)).toBe(2);
      // From here on each tenant has its own cached result.
      await Promise.all(TENANTS.map(ask));
      expect(harness.calls(endpoint)).toBe(2);
    });
  });

  it("reject each other's cursors", async () => {
    const harness = await createStoreHarness();
    const id = markerOf(harness);
    const { data } = await harness.askText(LIST, { id }, await memberOf(harness, "tenant-a"));
    const after = data.examMarkingTasks.pageInfo.endCursor;
    const before = harness.calls();
    const { errors } = await harness.askText(LIST, { id, after }, await memberOf(harness, "tenant-b"));
    expect(errors?.[0]?.extensions.code).toBe("INVALID_CURSOR");
    expect(harness.calls()).toBe(before);
  });

  it("have separate quotas: one tenant at its limit does not affect another", async () => {
    const quotas = { [`GET /open-apis${TASKS}`]: [{ limit: 2, windowMs: 60_000 }] };
    const sandbox = await startSandbox({ quotas });
    const env = { FEISHU_QUOTAS: JSON.stringify(quotas), REQUEST_DEADLINE_MS: "2000" };
    const harness = await createStoreHarness({ sandbox, env });
    const id = markerOf(harness);
    const ask = async (tenant: string) => harness.askText(LIST, { id }, await memberOf(harness, tenant));
    for (let i = 0; i < 2; i++) expect((await ask("tenant-a")).errors).toBeUndefined();
    expect((await ask("tenant-a")).errors?.[0]?.extensions.code).toBe("UPSTREAM_RATE_LIMITED");
    expect((await ask("tenant-b")).errors).toBeUndefined();
    expect(sandbox.throttledCalls()).toBe(0);
  });

  it("have separate circuit breakers", async () => {
    const harness = await createStoreHarness();
    const id = markerOf(harness);
    const ask = async (tenant: string) => harness.askText(LIST, { id }, await memberOf(harness, tenant));
    await ask("tenant-b");
    harness.sandbox.faults.arm({
      kind: "status",
      httpStatus: 500,
      code: 1002001,
      on: { contains: "exam_marking_tasks", times: 0 },
    });
    for (let i = 0; i < 12; i++) await ask("tenant-a");
    harness.sandbox.faults.clear();
    expect((await ask("tenant-a")).errors?.[0]?.message).toContain("circuit breaker is open");
    expect((await ask("tenant-b")).errors).toBeUndefined();
  });

  it("have their own live lists, resume tokens, reads, relations and refresh requests", async () => {
    const clock = createFakeClock(Date.now());
    const harness = await createStoreHarness({ clock, env: { LIVE_INTERVAL_S: "20" } });
    const ticket = harness.sandbox.store.ticket();
    await harness.sandbox.webhooks.send({ appId: "cli_test", type: "app_ticket", event: { app_ticket: ticket } });
    const marker = harness.sandbox.world.addMarker(2);
    const userId = marker.ids.open_id;
    const query = `subscription ($userId: ID!, $since: String) {
      examMarkingTasksChanged(userId: $userId, since: $since) { tasks { talent { name } } total position }
    }`;
    const [a, b] = await Promise.all(TENANTS.map((tenant) => memberOf(harness, tenant)));
    const watch = (headers: Record<string, string> | undefined, since?: string) =>
      subscribe("websocket", harness.url, { userId, since }, { query, headers: headers ?? {} });
    const [ofA, ofB] = [watch(a), watch(b)];
    const { position } = await ofA.change();
    await ofB.change();
    expect(harness.calls(TASKS)).toBe(2);
    expect((await failureOf(watch(b, position))).extensions.code).toBe("INVALID_CURSOR");
    await watch(a, position).change();
    expect(harness.calls(TASKS)).toBe(2);
    await clock.advance(5000);
    marker.tasks.push(harness.sandbox.world.newTask());
    await harness.sandbox.webhooks.send({
      appId: "cli_test",
      type: "hire.application.stage_changed_v1",
      tenantKey: "tenant-b",
      event: { application_id: marker.tasks[0]?.application_id },
    });
    expect((await ofB.change()).tasks[0].talent.name).toContain("@tenant-b");
    expect(harness.calls(TASKS)).toBe(3);
    await clock.advance(15_000);
    expect((await ofA.change()).tasks[0].talent.name).toContain("@tenant-a");
    expect(harness.calls(TASKS)).toBe(4);
  });

  it("have only their own data invalidated by events", async () => {
    const harness = await createStoreHarness({ env: HELD });
    const talent = harness.sandbox.world.markers[0]?.tasks[0]?.talent_id;
    const ask = async (tenant: string) =>
      harness.askText(`{ talent(id: "${talent}") { name } }`, {}, await memberOf(harness, tenant));
    for (const tenant of TENANTS) await ask(tenant);
    await harness.sandbox.webhooks.send({
      appId: "cli_test",
      type: "hire.talent.deleted_v1",
      tenantKey: "tenant-a",
      event: { talent_id: talent },
    });
    for (const tenant of TENANTS) await ask(tenant);
    expect(harness.calls(TALENT)).toBe(3);
  });

  it("share a ticket and invalidations among replicas through Redis", async () => {
    const sandbox = await startSandbox({ quotas: {} });
    const env = { ...HELD, REDIS_URL: inject("redisUrl"), FEISHU_APP_ID: `cli_store_${process.pid}` };
    const first = await createStoreHarness({ sandbox, env });
    const second = await createStoreHarness({ sandbox, env });
    const appId = env.FEISHU_APP_ID;
    const keys = { encryptKey: "encrypt-key-of-the-tests", verificationToken: "verification-token-of-the-tests" };
    sandbox.webhooks.subscribe(appId, { url: `${first.url}/webhooks/feishu`, ...keys });
    const talent = sandbox.world.markers[0]?.tasks[0]?.talent_id;
    const headers = await memberOf(first, "tenant-a");
    const ask = (harness: Harness) => harness.askText(`{ talent(id: "${talent}") { name } }`, {}, headers);
    for (const harness of [second, first]) expect((await ask(harness)).errors).toBeUndefined();
    expect([RESEND, APP_TOKEN, TENANT_TOKEN].map((endpoint) => first.calls(endpoint))).toEqual([1, 1, 1]);
    expect(first.calls(TALENT)).toBe(2);
    const event = { appId, type: "hire.talent.deleted_v1", tenantKey: "tenant-a", event: { talent_id: talent } };
    await sandbox.webhooks.send(event);
    // The other replica is notified through Redis.
    await expect
      .poll(async () => {
        await ask(second);
        return second.calls(TALENT);
      })
      .toBe(3);
  });
});
