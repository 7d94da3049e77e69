import { randomUUID } from "node:crypto";
import { describe, expect, inject, it } from "vitest";
import { startSandbox } from "../../src/sandbox/server.js";
import type { Marker } from "../../src/sandbox/world.js";
import { createFakeClock, type FakeClock } from "../support/fake-clock.js";
import { createHarness, type Harness, type HarnessOptions, TALENT, TASKS } from "../support/harness.js";
import { failureOf, subscribe, WAYS } from "../support/live.js";
import { becomes, gaugeOf } from "../support/metrics.js";
import { createSignedInHarness, signedIn } from "../support/signed-in.js";
import { EVENTS_ENV, registerWebhook } from "../support/store-app.js";

/** Milliseconds between reads. No operation has this deadline, so a sleeper of this length is the polling loop. */
const EVERY = 20_000;
const ENV = { LIVE_INTERVAL_S: "20" };
const OPEN = "feishu_hire_subscriptions";
const PENDING = 1;
const MARKED = 2;

interface Stage {
  readonly clock: FakeClock;
  readonly harness: Harness;
}

async function createStage(options: HarnessOptions = {}): Promise<Stage> {
  const clock = createFakeClock();
  return { clock, harness: await createHarness({ ...options, clock, env: { ...ENV, ...options.env } }) };
}

/** Triggers the next read of the list and waits until it has finished. */
async function nextRead({ clock }: Stage): Promise<void> {
  await clock.advance(EVERY);
  await clock.sleeping(EVERY);
}

/** Adds a marker with `count` pending tasks. */
function pendingMarker({ sandbox }: Harness, count: number): Marker {
  const marker = sandbox.world.addMarker(count);
  for (const task of marker.tasks) task.activity_status = PENDING;
  return marker;
}

const idsOf = (marker: Marker): string[] => marker.tasks.map(({ id }) => id);

describe.each(WAYS)("a live list over %s", (way) => {
  it("sends added, changed and removed tasks", async () => {
    const { clock, harness } = await createStage();
    const marker = pendingMarker(harness, 3);
    const live = subscribe(way, harness.url, { userId: marker.ids.open_id });
    expect(await live.change()).toMatchObject({ tasks: [], removedIds: [], total: 3, interruption: null });
    const [first, second] = idsOf(marker);
    const fresh = { ...harness.sandbox.world.newTask(), activity_status: PENDING };
    marker.tasks.splice(1, 1);
    marker.tasks.push(fresh);
    Object.assign(marker.tasks[0] ?? {}, { activity_status: MARKED });
    await clock.advance(EVERY);
    expect(await live.change()).toMatchObject({
      tasks: [
        { id: first, status: "MARKED" },
        { id: fresh.id, status: "PENDING" },
      ],
      removedIds: [second],
      total: 3,
    });
    expect(harness.calls(TASKS)).toBe(2);
  });

  it("is read once for all subscribers, and not at all without subscribers", async () => {
    const stage = await createStage();
    const { harness } = stage;
    const marker = pendingMarker(harness, 2);
    const watchers = Array.from({ length: 10 }, () => subscribe(way, harness.url, { userId: marker.ids.open_id }));
    await Promise.all(watchers.map((watcher) => watcher.change()));
    expect(harness.calls(TASKS)).toBe(1);
    expect(await gaugeOf(harness.url, OPEN)).toBe(10);
    const [gone] = marker.tasks.splice(0, 1);
    await stage.clock.advance(EVERY);
    for (const { removedIds } of await Promise.all(watchers.map((watcher) => watcher.change()))) {
      expect(removedIds).toEqual([gone?.id]);
    }
    expect(harness.calls(TASKS)).toBe(2);
    await Promise.all(watchers.map((watcher) => watcher.end()));
    await becomes(harness.url, OPEN, 0);
    await stage.clock.advance(10 * EVERY);
    expect(harness.calls(TASKS)).toBe(2);
  });

  it("sends nothing while nothing changes, and resolves relations like any list", async () => {
    const stage = await createStage();
    const marker = pendingMarker(stage.harness, 1);
    const query = `subscription ($userId: ID!) {
      examMarkingTasksChanged(userId: $userId) { tasks { id job { title } talent { name } marker { id } } }
    }`;
    const live = subscribe(way, stage.harness.url, { userId: marker.ids.open_id }, { query });
    await live.next();
    await stage.clock.sleeping(EVERY);
    await nextRead(stage);
    await nextRead(stage);
    expect(stage.harness.calls(TASKS)).toBe(3);
    const fresh = stage.harness.sandbox.world.newTask();
    marker.tasks.push(fresh);
    await stage.clock.advance(EVERY);
    const { data, extensions } = (await live.next()) ?? {};
    expect(data.examMarkingTasksChanged.tasks).toEqual([
      {
        id: fresh.id,
        job: { title: expect.any(String) },
        talent: { name: expect.any(String) },
        marker: { id: marker.ids.open_id },
      },
    ]);
    expect(extensions.cost).toMatchObject({ requested: 40, actual: 2 });
  });

  it("resumes from a token, on this replica without a call and on any other", async () => {
    const stage = await createStage();
    const { harness } = stage;
    const marker = pendingMarker(harness, 2);
    const variables = { userId: marker.ids.open_id };
    const before = subscribe(way, harness.url, variables);
    const { position } = await before.change();
    await before.end();
    const again = subscribe(way, harness.url, { ...variables, since: position });
    expect(await again.change()).toMatchObject({ tasks: [], removedIds: [], total: 2 });
    expect(harness.calls(TASKS)).toBe(1);
    const [gone] = marker.tasks.splice(0, 1);
    const { harness: replica } = await createStage({ sandbox: harness.sandbox });
    const elsewhere = subscribe(way, replica.url, { ...variables, since: position });
    expect(await elsewhere.change()).toMatchObject({ tasks: [], removedIds: [gone?.id], total: 1 });
  });

  it("receives no outdated state from a replica whose last read is older than the resume token", async () => {
    const [early, late] = [await createStage(), createFakeClock()];
    const { sandbox } = early.harness;
    const marker = pendingMarker(early.harness, 1);
    const variables = { userId: marker.ids.open_id };
    await subscribe(way, early.harness.url, variables).change();
    await early.clock.sleeping(EVERY);
    await late.advance(EVERY / 2);
    await early.clock.advance(EVERY / 2);
    const fresh = sandbox.world.newTask();
    marker.tasks.push(fresh);
    const other = await createHarness({ clock: late, env: ENV, sandbox });
    const { position, total } = await subscribe(way, other.url, variables).change();
    expect(total).toBe(2);
    const back = subscribe(way, early.harness.url, { ...variables, since: position });
    expect(await back.change()).toMatchObject({ tasks: [], removedIds: [], total: 2 });
  });

  it.each([-60_000, 60_000])("accepts resume tokens of a replica whose clock differs by %i ms", async (aheadMs) => {
    const stage = await createStage();
    const { sandbox } = stage.harness;
    const marker = pendingMarker(stage.harness, 1);
    const variables = { userId: marker.ids.open_id };
    await subscribe(way, stage.harness.url, variables).change();
    marker.tasks.push(sandbox.world.newTask());
    const clock = createFakeClock(stage.clock.now() + aheadMs);
    const replica = await createHarness({ clock, env: ENV, sandbox });
    const { position } = await subscribe(way, replica.url, variables).change();
    await stage.clock.advance(1000);
    const back = subscribe(way, stage.harness.url, { ...variables, since: position });
    expect(await back.change()).toMatchObject({ tasks: [], removedIds: [], total: 2 });
  });

  it("sends many tasks in several messages, each task once", async () => {
    const { clock, harness } = await createStage();
    const marker = pendingMarker(harness, 1);
    const live = subscribe(way, harness.url, { userId: marker.ids.open_id });
    await live.change();
    marker.tasks.push(...Array.from({ length: 45 }, () => harness.sandbox.world.newTask()));
    await clock.advance(EVERY);
    const messages = [await live.change(), await live.change(), await live.change()];
    expect(messages.map(({ tasks }) => tasks.length)).toEqual([20, 20, 5]);
    expect(messages.flatMap(({ tasks }) => tasks.map(({ id }: { id: string }) => id))).toEqual(idsOf(marker).slice(1));
    const third = subscribe(way, harness.url, { userId: marker.ids.open_id, since: messages[1].position });
    expect((await third.change()).tasks).toHaveLength(5);
  });

  it.each([
    ["an altered resume token", { since: "AAAA" }, "INVALID_CURSOR", "since: the position"],
    ["no user", { userId: "" }, "BAD_USER_INPUT", "userId must be"],
    ["a variable of another type", { status: "DONE" }, "BAD_USER_INPUT", "ExamMarkingStatus"],
  ])("rejects %s without a call", async (_, wrong, code, message) => {
    const { harness } = await createStage();
    const variables = { userId: "ou_1", ...wrong };
    const answer = await failureOf(subscribe(way, harness.url, variables));
    expect(answer).toMatchObject({ extensions: { code, requestId: expect.any(String) } });
    expect(answer.message).toContain(message);
    expect(harness.calls()).toBe(0);
  });

  it("rejects another list's resume token, and a cursor", async () => {
    const { harness } = await createStage();
    const [marker] = harness.sandbox.world.markers as [Marker];
    const userId = marker.ids.open_id;
    const { position } = await subscribe(way, harness.url, { userId, status: "PENDING" }).change();
    for (const other of [{ userId }, { userId, status: "MARKED" }, { userId: "ou_2", status: "PENDING" }]) {
      const error = await failureOf(subscribe(way, harness.url, { ...other, since: position }));
      expect(error.extensions.code).toBe("INVALID_CURSOR");
    }
    const { data } = await harness.askText(
      `{ examMarkingTasks(userId: "${userId}", first: 1) { pageInfo { endCursor } } }`,
    );
    const since = data.examMarkingTasks.pageInfo.endCursor;
    expect((await failureOf(subscribe(way, harness.url, { userId, since }))).extensions.code).toBe("INVALID_CURSOR");
  });
});

describe("reading a live list", () => {
  it("saves a call when another request has read the whole list", async () => {
    const { clock, harness } = await createStage();
    const marker = pendingMarker(harness, 3);
    const live = subscribe("sse", harness.url, { userId: marker.ids.open_id });
    await live.change();
    await clock.advance(EVERY / 2);
    const [gone] = marker.tasks.splice(0, 1);
    await harness.askText(`{ examMarkingTasks(userId: "${marker.ids.open_id}") { edges { node { id } } } }`);
    expect((await live.change()).removedIds).toEqual([gone?.id]);
    await clock.advance(EVERY - 1);
    expect(harness.calls(TASKS)).toBe(2);
  });

  it("starts sooner when another request's page shows changes, and only then", async () => {
    const { clock, harness } = await createStage();
    const marker = pendingMarker(harness, 45);
    const live = subscribe("sse", harness.url, { userId: marker.ids.open_id });
    await live.change();
    const page = () =>
      harness.askText(`{ examMarkingTasks(userId: "${marker.ids.open_id}") { edges { node { id } } } }`);
    await clock.advance(5000);
    await page();
    await clock.advance(5000);
    expect(harness.calls(TASKS)).toBe(7);
    marker.tasks.unshift(harness.sandbox.world.newTask());
    await page();
    expect((await live.change()).tasks).toEqual([{ id: marker.tasks[0]?.id, status: expect.any(String) }]);
    expect(harness.calls(TASKS)).toBe(11);
  });

  it("reports no present task as removed when a row is removed during the first read", async () => {
    const { harness } = await createStage();
    const marker = pendingMarker(harness, 45);
    const { position } = await subscribe("sse", harness.url, { userId: marker.ids.open_id }).change();
    const { harness: replica, clock } = await createStage({ sandbox: harness.sandbox });
    const [gone] = idsOf(marker);
    harness.sandbox.faults.arm({ kind: "change_rows", remove: [gone ?? ""], on: { contains: "page_token" } });
    const live = subscribe("sse", replica.url, { userId: marker.ids.open_id, since: position });
    // One of the two reads still contained the removed task.
    expect(await live.change()).toMatchObject({ tasks: [], removedIds: [] });
    await clock.advance(EVERY);
    expect(await live.change()).toMatchObject({ tasks: [], removedIds: [gone], total: 44 });
  });

  it("frees the background quota of lists without subscribers", async () => {
    const clock = createFakeClock();
    const sandbox = await startSandbox({ now: () => clock.now() });
    const harness = await createHarness({ clock, sandbox, quotas: "documented" });
    for (let n = 0; n < 30; n++) {
      const live = subscribe("sse", harness.url, { userId: sandbox.world.addMarker(1).ids.open_id });
      const over = live.next().catch(() => null);
      await becomes(harness.url, OPEN, 1);
      await live.end();
      await becomes(harness.url, OPEN, 0);
      await over;
    }
    const before = harness.calls(TASKS);
    expect(before).toBeLessThan(30);
    const last = subscribe("sse", harness.url, { userId: sandbox.world.addMarker(1).ids.open_id }).change();
    for (let ms = 0; ms < 2000; ms += 100) await clock.advance(100);
    expect((await last).total).toBe(1);
    expect(harness.calls(TASKS) - before).toBeLessThan(3);
  });

  it("starts sooner after Feishu's events, except those about people", async () => {
    const clock = createFakeClock(Date.now());
    const harness = await createHarness({ clock, env: { ...ENV, ...EVENTS_ENV } });
    registerWebhook(harness.sandbox, harness.url);
    const marker = pendingMarker(harness, 2);
    const live = subscribe("sse", harness.url, { userId: marker.ids.open_id });
    await live.change();
    await clock.sleeping(EVERY);
    await clock.advance(5000);
    const send = (type: string, event: object) =>
      harness.sandbox.webhooks.send({ appId: "cli_test", type, tenantKey: "t", event });
    await send("contact.user.updated_v3", { object: { open_id: marker.ids.open_id } });
    const [gone] = marker.tasks.splice(0, 1);
    await clock.advance(5000);
    expect(harness.calls(TASKS)).toBe(1);
    await send("hire.application.deleted_v1", { application_ids: [gone?.application_id] });
    expect((await live.change()).removedIds).toEqual([gone?.id]);
  });

  it("starts sooner at every replica after an event that one of them receives", async () => {
    const sandbox = await startSandbox({ quotas: {} });
    const FEISHU_APP_ID = `cli_${randomUUID()}`;
    const env = { ...EVENTS_ENV, FEISHU_APP_ID, REDIS_URL: inject("redisUrl"), LIVE_INTERVAL_S: "3600" };
    const [hearing, watching] = [await createHarness({ sandbox, env }), await createHarness({ sandbox, env })];
    registerWebhook(sandbox, hearing.url, FEISHU_APP_ID);
    const marker = pendingMarker(watching, 2);
    const live = subscribe("sse", watching.url, { userId: marker.ids.open_id });
    await live.change();
    const [gone] = marker.tasks.splice(0, 1);
    const event = { application_ids: [gone?.application_id] };
    await sandbox.webhooks.send({ appId: FEISHU_APP_ID, type: "hire.application.deleted_v1", tenantKey: "t", event });
    expect((await live.change()).removedIds).toEqual([gone?.id]);
  });

  it("stays within its share of the quota however many lists have subscribers", async () => {
    const clock = createFakeClock();
    const sandbox = await startSandbox({ now: () => clock.now() });
    const harness = await createHarness({ clock, sandbox, quotas: "documented", env: { LIVE_INTERVAL_S: "1" } });
    const markers = Array.from({ length: 30 }, () => pendingMarker(harness, 1));
    const watchers = markers.map(({ ids }) => subscribe("sse", harness.url, { userId: ids.open_id }));
    const first = Promise.all(watchers.map((watcher) => watcher.change()));
    const other = pendingMarker(harness, 1).ids.open_id;
    const READERS = 12;
    for (let n = 0; n < READERS; n++) {
      for (let ms = 0; ms < 5000; ms += 100) await clock.advance(100);
      // A query does not wait for subscriptions.
      const query = `{ examMarkingTasks(userId: "${other}") { edges { node { id } } } }`;
      const { data, errors } = await harness.askText(query);
      expect([data?.examMarkingTasks.edges.length, errors]).toEqual([1, undefined]);
    }
    await first;
    const forWatching = harness.calls(TASKS) - READERS;
    expect(forWatching).toBeLessThanOrEqual(100);
    expect(forWatching).toBeGreaterThan(30);
    expect(harness.sandbox.throttledCalls()).toBe(0);
  });

  it("reports an interruption, then the changes after recovery", async () => {
    const { clock, harness } = await createStage();
    const marker = pendingMarker(harness, 2);
    const live = subscribe("sse", harness.url, { userId: marker.ids.open_id });
    await live.change();
    harness.sandbox.faults.arm({
      kind: "status",
      httpStatus: 503,
      code: 1002001,
      on: { contains: "exam_marking_tasks", times: 0 },
    });
    await clock.advance(EVERY);
    const message = await whileTimePasses(clock, live.change());
    expect(message).toMatchObject({ tasks: [], total: 2, interruption: { code: "UPSTREAM_UNAVAILABLE" } });
    harness.sandbox.faults.clear();
    const [gone] = marker.tasks.splice(0, 1);
    const recovered = await whileTimePasses(clock, live.change());
    expect(recovered).toMatchObject({ removedIds: [gone?.id], total: 1, interruption: null });
  });

  it.each([
    ["an unknown user", "ou_nobody", "UPSTREAM_BAD_REQUEST"],
    ["more than 400 tasks", null, "COST_LIMIT_EXCEEDED"],
  ])("ends with an error for %s", async (_, userId, code) => {
    const { harness } = await createStage();
    const { ids } = userId ? { ids: { open_id: userId } } : pendingMarker(harness, 401);
    const live = subscribe("sse", harness.url, { userId: ids.open_id });
    expect((await failureOf(live)).extensions.code).toBe(code);
    expect(await live.next()).toBeNull();
    const calls = harness.calls(TASKS);
    const again = await failureOf(subscribe("sse", harness.url, { userId: ids.open_id }));
    expect(again.extensions.code).toBe(code);
    expect(harness.calls(TASKS)).toBe(2 * calls);
  });

  it("returns null and an error for a candidate who cannot be read", async () => {
    const { clock, harness } = await createStage();
    const marker = pendingMarker(harness, 0);
    const query = `subscription ($userId: ID!) {
      examMarkingTasksChanged(userId: $userId) { tasks { id talent { name } } }
    }`;
    const live = subscribe("sse", harness.url, { userId: marker.ids.open_id }, { query });
    await live.next();
    marker.tasks.push(harness.sandbox.world.newTask(), harness.sandbox.world.newTask());
    harness.sandbox.faults.arm({
      kind: "status",
      httpStatus: 400,
      code: 99991672,
      on: { contains: marker.tasks[0]?.talent_id ?? "", times: 0 },
    });
    await clock.advance(EVERY);
    const message = await live.next();
    expect(
      message?.data.examMarkingTasksChanged.tasks.map((task: { talent: unknown }) => task.talent !== null),
    ).toEqual([false, true]);
    expect(message?.errors?.[0]?.path).toEqual(["examMarkingTasksChanged", "tasks", 0, "talent"]);
    expect(harness.calls(TALENT)).toBe(2);
  });
});

/** Advances the clock one second at a time until `awaited` settles. */
async function whileTimePasses<T>(clock: FakeClock, awaited: Promise<T>): Promise<T> {
  let isOver = false;
  const over = (): void => {
    isOver = true;
  };
  awaited.then(over, over);
  while (!isOver) await clock.advance(1000);
  return awaited;
}

describe("authorization of subscriptions", () => {
  it("matches reads: the caller's own list, any list with the scope, and no call when denied", async () => {
    const clock = createFakeClock(Date.now());
    const harness = await createSignedInHarness({ clock, env: ENV });
    const [me, other] = [pendingMarker(harness, 1), pendingMarker(harness, 2)];
    const headers = await signedIn(harness, me.ids.open_id);
    const watch = (of: Marker, as: Record<string, string>) =>
      subscribe("websocket", harness.url, { userId: of.ids.open_id }, { headers: as });
    expect((await failureOf(watch(other, headers))).extensions.code).toBe("FORBIDDEN");
    expect(harness.calls()).toBe(0);
    expect((await watch(me, headers).change()).total).toBe(1);
    const reader = await signedIn(harness, me.ids.open_id, ["hire:exam:read_all"]);
    expect((await watch(other, reader).change()).total).toBe(2);
  });

  it.each(WAYS)("is checked for each message over %s: an expired token ends the subscription", async (way) => {
    const clock = createFakeClock(Date.now());
    const harness = await createSignedInHarness({ clock, env: ENV });
    const marker = pendingMarker(harness, 2);
    const exp = Math.floor(clock.now() / 1000) + 5;
    const headers = await signedIn(harness, marker.ids.open_id, [], { exp });
    const live = subscribe(way, harness.url, { userId: marker.ids.open_id }, { headers });
    expect((await live.change()).total).toBe(2);
    await clock.sleeping(EVERY);
    marker.tasks.splice(0, 1);
    await clock.advance(EVERY);
    expect((await live.change()).total).toBe(1);
    await clock.sleeping(EVERY);
    const [gone] = marker.tasks.splice(0, 1);
    await clock.advance(EVERY);
    if (way === "websocket") {
      await expect(live.next()).rejects.toMatchObject({ code: 4403 });
      return;
    }
    const last = await failureOf(live);
    expect(last.extensions.code).toBe("UNAUTHENTICATED");
    expect(JSON.stringify(last)).not.toContain(gone?.id);
    expect(await live.next()).toBeNull();
  });

  it("hides PII without the scope", async () => {
    const clock = createFakeClock(Date.now());
    const harness = await createSignedInHarness({ clock, env: ENV });
    const marker = pendingMarker(harness, 0);
    const query = `subscription ($userId: ID!) {
      examMarkingTasksChanged(userId: $userId) { tasks { id talent { name email } } }
    }`;
    const headers = await signedIn(harness, marker.ids.open_id);
    const live = subscribe("sse", harness.url, { userId: marker.ids.open_id }, { query, headers });
    await live.next();
    marker.tasks.push(harness.sandbox.world.newTask());
    await clock.advance(EVERY);
    const message = await live.next();
    const { email, name } = message?.data.examMarkingTasksChanged.tasks[0].talent ?? {};
    expect([email, typeof name]).toEqual([null, "string"]);
    expect(message?.errors?.[0]?.extensions.code).toBe("FORBIDDEN");
  });
});
