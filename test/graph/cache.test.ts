import { describe, expect, it } from "vitest";
import { createFakeClock } from "../support/fake-clock.js";
import { MARKER } from "../support/fixtures.js";
import { DetailsOfTasksDocument, TaskIdsDocument } from "../support/generated/operations.js";
import { createHarness, type Harness, JOB, TALENT, TASKS } from "../support/harness.js";

/** Default cache TTLs. */
const HELD = {
  CACHE_TTL_JOB_S: "300",
  CACHE_TTL_TALENT_S: "60",
  CACHE_TTL_APPLICATION_S: "30",
  CACHE_TTL_USER_S: "600",
  CACHE_TTL_PAGE_S: "1",
};

const details = (harness: Harness, first = 20) => harness.query(DetailsOfTasksDocument, { userId: MARKER, first });

async function ask(harness: Harness, query: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${harness.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ query }),
  });
  return { response, body: (await response.json()) as { data: never; errors?: unknown[] } };
}

describe("the cache", () => {
  it("makes 100 equal cold operations cost as much as one", async () => {
    const harness = await createHarness({ env: HELD, clock: createFakeClock() });
    const answers = await Promise.all(Array.from({ length: 100 }, () => details(harness)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(harness.calls()).toBe(47);
  });

  it("serves a repeated operation without entity calls, and without a list call for a second", async () => {
    const clock = createFakeClock();
    const harness = await createHarness({ env: HELD, clock });
    await details(harness);
    await details(harness);
    expect(harness.calls()).toBe(47);
    await clock.advance(1001);
    await details(harness);
    expect([harness.calls(TASKS), harness.calls(JOB), harness.calls(TALENT)]).toEqual([2, 6, 20]);
  });

  it("is bypassed for requests with no-cache", async () => {
    const harness = await createHarness({ env: HELD });
    const query = `{ job(id: "7300100000000000000") { title } }`;
    await ask(harness, query);
    await ask(harness, query);
    expect(harness.calls(JOB)).toBe(1);
    await ask(harness, query, { "cache-control": "no-cache" });
    expect(harness.calls(JOB)).toBe(2);
  });

  it("limits max-age to the part of the response that expires first", async () => {
    const clock = createFakeClock();
    const harness = await createHarness({ env: HELD, clock });
    const control = async (query: string) => (await ask(harness, query)).response.headers.get("cache-control");
    const job = `job(id: "7300100000000000000") { title }`;
    expect(await control(`{ ${job} }`)).toBe("private, max-age=300");
    await clock.advance(100_000);
    expect(await control(`{ ${job} }`)).toBe("private, max-age=200");
    expect(await control(`{ ${job} talent(id: "7300200000000000000") { name } }`)).toBe("private, max-age=60");
    expect(await control(`{ ${job} x: job(id: "nonsense") { title } }`)).toBe("no-store");
    expect(await control("{ __typename }")).toBe("no-store");
  });

  it("serves stale data when Feishu is unreachable, and a talent outage does not affect jobs", async () => {
    const clock = createFakeClock();
    const harness = await createHarness({ env: HELD, clock });
    const query = `{ talent(id: "7300200000000000000") { name } }`;
    const { body } = await ask(harness, query);
    harness.sandbox.faults.arm({
      kind: "status",
      httpStatus: 400,
      code: 99991672,
      on: { contains: "talents/", times: 0 },
    });
    await clock.advance(500_000);
    expect((await ask(harness, query)).body).toEqual(body);
    await clock.advance(200_000);
    expect((await ask(harness, query)).body.errors).toHaveLength(1);
    expect((await ask(harness, `{ job(id: "7300100000000000000") { title } }`)).body.errors).toBeUndefined();
  });

  it("never skips rows of a list that shrinks", async () => {
    const harness = await createHarness({ env: { ...HELD, CACHE_TTL_PAGE_S: "60" } });
    const marker = harness.sandbox.world.addMarker(90);
    for (const task of marker.tasks) task.activity_status = 1;
    const read = async (first: number, after: string | null) => {
      const variables = { userId: marker.ids.open_id, status: "PENDING", first, after } as const;
      const { examMarkingTasks } = await harness.query(TaskIdsDocument, variables);
      const ids = examMarkingTasks.edges.map(({ node }) => String(node?.id));
      return { ids, end: examMarkingTasks.pageInfo.endCursor ?? null };
    };
    const first = await read(20, null);
    await read(100, null);
    for (const task of marker.tasks.slice(0, 20)) task.activity_status = 2;
    const rest = await read(100, first.end);
    expect(rest.ids).toEqual(marker.tasks.slice(20).map(({ id }) => id));
  });
});

describe("cached data of one tenant", () => {
  it("is not served to another app, or for another user id type", async () => {
    const one = await createHarness({ env: HELD });
    const other = await createHarness({ env: { ...HELD, FEISHU_APP_ID: "cli_other" }, sandbox: one.sandbox });
    await details(one);
    await details(other);
    expect(one.calls()).toBe(2 * 47);
    const { ids } = one.sandbox.world.markers[0] ?? { ids: undefined };
    for (const [userIdType, userId] of [
      ["OPEN_ID", ids?.open_id],
      ["UNION_ID", ids?.union_id],
      ["USER_ID", ids?.user_id],
    ] as const) {
      const before = one.calls(TASKS);
      const variables = { userId: String(userId), userIdType, status: "MARKED" } as const;
      const { examMarkingTasks } = await one.query(TaskIdsDocument, variables);
      expect(examMarkingTasks.edges.length).toBeGreaterThan(0);
      expect(one.calls(TASKS)).toBe(before + 1);
    }
  });
});

describe("texts in two languages", () => {
  it.each([
    ["en", "Payments Platform"],
    ["en-GB, zh;q=0.5", "Payments Platform"],
    ["zh-CN", "支付平台部"],
    ["fr", "支付平台部"],
    ["", "支付平台部"],
  ])("follow Accept-Language %j", async (language, name) => {
    const harness = await createHarness();
    const query = `{ job(id: "7300100000000000000") { department { name { text } } } }`;
    const { body } = await ask(harness, query, { "accept-language": language });
    expect(body.data).toEqual({ job: { department: { name: { text: name } } } });
  });
});
