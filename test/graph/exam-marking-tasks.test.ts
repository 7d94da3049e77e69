import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { startSandbox } from "../../src/sandbox/server.js";
import { createFakeClock, whileTimePasses } from "../support/fake-clock.js";
import {
  DetailsOfTasksDocument,
  TaskIdsDocument,
  type TaskIdsQueryVariables,
  TasksWithIdsOnlyDocument,
} from "../support/generated/operations.js";
import { APPLICATION, createHarness, type Harness, JOB, TALENT, TASKS, TOKEN } from "../support/harness.js";

const PAGE_SIZE = 20;

/** Returns the seeded marker with `count` tasks. */
function markerOf(harness: Harness, count: number) {
  const marker = harness.sandbox.world.markers.find(({ tasks }) => tasks.length === count);
  if (!marker) throw new Error(`no seeded marker has ${count} tasks`);
  return { ...marker, userId: marker.ids.open_id };
}

async function read(harness: Harness, variables: TaskIdsQueryVariables) {
  const { examMarkingTasks } = await harness.query(TaskIdsDocument, variables);
  return { ...examMarkingTasks, ids: examMarkingTasks.edges.map(({ node }) => String(node?.id)) };
}

const distinct = <T>(values: readonly T[]): number => new Set(values).size;

describe("a list read", () => {
  it("takes one list call and one call per distinct job, talent and application with a cold cache", async () => {
    const harness = await createHarness();
    const { userId, tasks } = markerOf(harness, 45);
    const page = tasks.slice(0, 20);
    const { examMarkingTasks } = await harness.query(DetailsOfTasksDocument, { userId, first: 20 });
    expect(examMarkingTasks.edges).toHaveLength(20);
    expect(examMarkingTasks.edges[0]?.node).toMatchObject({
      job: { title: "后端工程师（支付）" },
      talent: { name: "林知夏" },
      application: { stage: { name: { text: "笔试" } } },
    });
    expect(harness.calls(TASKS)).toBe(1);
    expect(harness.calls(JOB)).toBe(distinct(page.map((task) => task.job_id)));
    expect(harness.calls(TALENT)).toBe(distinct(page.map((task) => task.talent_id)));
    expect(harness.calls(APPLICATION)).toBe(distinct(page.map((task) => task.application_id)));
    expect(harness.calls(TOKEN)).toBe(1);
  });

  it("takes two round trips: all lookups start in parallel after the list call", async () => {
    const harness = await createHarness();
    const { userId } = markerOf(harness, 45);
    const held = ["jobs/", "talents/", "applications/"].map((contains) =>
      harness.sandbox.faults.arm({ kind: "hold", on: { contains, times: 0 } }),
    );
    const answer = harness.query(DetailsOfTasksDocument, { userId, first: 20 });
    await harness.callsReach(1 + 6 + 20 + 20);
    for (const fault of held) fault.release();
    expect((await answer).examMarkingTasks.edges).toHaveLength(20);
    expect(harness.calls()).toBe(47);
  });

  it.each([
    [0, 0],
    [1, 1],
    [20, 1],
    [21, 2],
    [45, 3],
    [100, 5],
  ])("of the first %i ids of 400 takes %i list calls and nothing else", async (first, calls) => {
    const harness = await createHarness();
    const { userId } = markerOf(harness, 400);
    const { ids } = await read(harness, { userId, first });
    expect(ids).toHaveLength(first);
    expect([harness.calls(TASKS), harness.calls()]).toEqual([calls, calls]);
  });

  it("takes only the list call for fields that its rows provide", async () => {
    const harness = await createHarness();
    const { userId, tasks } = markerOf(harness, 20);
    const { examMarkingTasks } = await harness.query(TasksWithIdsOnlyDocument, { userId });
    const [task] = tasks;
    expect(examMarkingTasks.edges[0]?.node).toEqual({
      id: task?.id,
      job: { id: task?.job_id },
      talent: { __typename: "Talent", id: task?.talent_id },
      application: {
        id: task?.application_id,
        jobId: task?.job_id,
        talentId: task?.talent_id,
        job: { id: task?.job_id },
        talent: { id: task?.talent_id },
      },
      marker: { id: userId, idType: "OPEN_ID" },
    });
    expect(harness.calls()).toBe(1);
  });

  it("takes no more calls for skipped fields, aliases or fragments", async () => {
    const harness = await createHarness();
    const { userId } = markerOf(harness, 1);
    const { data } = await harness.askText(
      `query ($userId: ID!, $no: Boolean = false) {
        examMarkingTasks(userId: $userId) { edges { node { ...Ids again: job { ...Title @include(if: $no) } job { key: id title @skip(if: true) } } } }
      }
      fragment Ids on ExamMarkingTask { job { ... on Job { id } } talent { name @include(if: $no) id } }
      fragment Title on Job { title }`,
      { userId },
    );
    expect(data.examMarkingTasks.edges).toHaveLength(1);
    expect(harness.calls()).toBe(1);
  });

  it("shares one token request among 200 concurrent cold operations", async () => {
    const harness = await createHarness();
    const { userId } = markerOf(harness, 1);
    const answers = await Promise.all(Array.from({ length: 200 }, () => read(harness, { userId })));
    expect(answers.every(({ ids }) => ids.length === 1)).toBe(true);
    expect(harness.calls(TOKEN)).toBe(1);
  });

  it("starts the lookups of one page while the next page is in flight", async () => {
    const harness = await createHarness();
    const { userId } = markerOf(harness, 45);
    const nextPage = harness.sandbox.faults.arm({ kind: "hold", on: { contains: "page_token" } });
    const answer = harness.query(DetailsOfTasksDocument, { userId, first: 40 });
    await harness.callsReach(2 + 6 + 20 + 20);
    expect(harness.calls(TALENT)).toBe(20);
    nextPage.release();
    expect((await answer).examMarkingTasks.edges).toHaveLength(40);
  });
});

describe("a marker's list", () => {
  it("is the same for all four user id types", async () => {
    const harness = await createHarness();
    const { ids } = markerOf(harness, 21);
    for (const [userIdType, userId] of [
      ["OPEN_ID", ids.open_id],
      ["UNION_ID", ids.union_id],
      ["USER_ID", ids.user_id],
      ["PEOPLE_ADMIN_ID", ids.people_admin_id],
    ] as const) {
      expect((await read(harness, { userId, userIdType, first: 100 })).ids).toHaveLength(21);
    }
  });

  it("is filtered by either state, and complete without a filter", async () => {
    const harness = await createHarness();
    const { userId, tasks } = markerOf(harness, 45);
    const inState = (state: number) => tasks.filter((task) => task.activity_status === state).map(({ id }) => id);
    expect((await read(harness, { userId, status: "PENDING", first: 100 })).ids).toEqual(inState(1));
    expect((await read(harness, { userId, status: "MARKED", first: 100 })).ids).toEqual(inState(2));
    const all = await read(harness, { userId, first: 100 });
    expect(all.edges.map(({ node }) => node?.status)).toEqual(
      tasks.map((task) => (task.activity_status === 1 ? "PENDING" : "MARKED")),
    );
  });

  it("has page info when it is empty and when first is 0", async () => {
    const harness = await createHarness();
    const none = { edges: [], pageInfo: { startCursor: null, endCursor: null, hasPreviousPage: false } };
    expect(await read(harness, { userId: markerOf(harness, 0).userId })).toMatchObject({
      ...none,
      pageInfo: { ...none.pageInfo, hasNextPage: false },
    });
    expect(await read(harness, { userId: markerOf(harness, 45).userId, first: 0 })).toMatchObject(none);
  });

  it("returns every row once and in order over any sequence of reads, from any edge", async () => {
    const harness = await createHarness();
    const { sandbox } = harness;
    const reads = fc.array(fc.record({ first: fc.nat({ max: 100 }), edge: fc.nat() }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 90 }), reads, fc.boolean(), async (size, steps, filtered) => {
        const marker = sandbox.world.addMarker(size);
        const status = filtered ? ("PENDING" as const) : null;
        const rows = marker.tasks.filter((task) => !filtered || task.activity_status === 1).map(({ id }) => id);
        let given = 0;
        let after: string | null = null;
        for (const { first, edge } of steps) {
          const before = harness.calls(TASKS);
          const page = await read(harness, { userId: marker.ids.open_id, status, first, after });
          const calls = harness.calls(TASKS) - before;
          expect(page.ids).toEqual(rows.slice(given, given + first));
          expect(page.pageInfo.endCursor).toBe(page.edges.at(-1)?.cursor ?? after);
          const fromPageStart = !filtered && given % PAGE_SIZE === 0 && given < rows.length;
          expect(calls).toBeLessThanOrEqual(Math.ceil(first / PAGE_SIZE) + (fromPageStart || given === 0 ? 0 : 1));
          if (page.edges.length === 0) continue;
          const at = edge % page.edges.length;
          after = page.edges[at]?.cursor ?? null;
          given += at + 1;
        }
        sandbox.world.markers.splice(sandbox.world.markers.indexOf(marker), 1);
      }),
      { numRuns: 60 },
    );
  });

  it("skips no row when tasks are marked, removed or added between two reads, filtered or not", async () => {
    const harness = await createHarness();
    const { world } = harness.sandbox;
    const change = fc.record({
      first: fc.integer({ min: 1, max: 60 }),
      removals: fc.nat({ max: 20 }),
      arrivals: fc.array(fc.nat({ max: 90 }), { maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 90 }),
        fc.array(change, { minLength: 1, maxLength: 2 }),
        fc.infiniteStream(fc.nat()),
        fc.boolean(),
        async (size, changes, random, filtered) => {
          // An unfiltered list resumes from a page's end by the next token alone, so such reads stop mid-page here.
          fc.pre(filtered || changes.every(({ first }, i) => i === 0 && first % PAGE_SIZE !== 0 && first < size));
          const marker = world.addMarker(size);
          for (const task of marker.tasks) task.activity_status = 1;
          const original = marker.tasks.map(({ id }) => id);
          const variables = { userId: marker.ids.open_id, status: filtered ? ("PENDING" as const) : null };
          const given: string[] = [];
          let after: string | null = null;
          for (const { first, removals, arrivals } of changes) {
            const page = await read(harness, { ...variables, first, after });
            given.push(...page.ids);
            after = page.pageInfo.endCursor ?? null;
            for (let i = 0; i < removals && given.length > 0; i++) {
              const id = given[Number(random.next().value) % given.length];
              const at = marker.tasks.findIndex((task) => task.id === id);
              if (at < 0) continue;
              if (filtered && i % 2 === 0) Object.assign(marker.tasks[at] ?? {}, { activity_status: 2 });
              else marker.tasks.splice(at, 1);
            }
            for (const at of arrivals) marker.tasks.splice(at, 0, { ...world.newTask(), activity_status: 1 });
          }
          for (let more = true; more; ) {
            const page = await read(harness, { ...variables, first: 33, after });
            given.push(...page.ids);
            after = page.pageInfo.endCursor ?? null;
            more = page.pageInfo.hasNextPage;
          }
          expect(original.filter((id) => !given.includes(id))).toEqual([]);
          world.markers.splice(world.markers.indexOf(marker), 1);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe("the documented quotas", () => {
  it("are not exceeded by a cold process that reads 45 talents at 20 a second", async () => {
    const clock = createFakeClock();
    const sandbox = await startSandbox({ now: () => clock.now() });
    const harness = await createHarness({ clock, sandbox, quotas: "documented" });
    const { userId } = markerOf(harness, 45);
    const answer = harness.query(DetailsOfTasksDocument, { userId, first: 45 });
    const { examMarkingTasks } = await whileTimePasses(clock, answer);
    expect(examMarkingTasks.edges.every(({ node }) => node?.talent && node.job && node.application)).toBe(true);
    expect(harness.sandbox.throttledCalls()).toBe(0);
    expect(harness.calls(TALENT)).toBe(45);
  });
});
