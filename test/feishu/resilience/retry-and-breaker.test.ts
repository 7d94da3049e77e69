import { describe, expect, it } from "vitest";
import { createFakeClock } from "../../support/fake-clock.js";
import { MARKER } from "../../support/fixtures.js";
import { type ClientAnswer, createHarness, type Harness, TALENT, TASKS } from "../../support/harness.js";

const LIST = "GET /open-apis/hire/v1/exam_marking_tasks";
const TALENT_KEY = "GET /open-apis/hire/v2/talents/:talent_id";
const SYSTEM_ERROR = { kind: "status", httpStatus: 500, code: 1002001 } as const;

const codesOf = ({ errors = [] }: ClientAnswer<unknown>) => errors.map(({ extensions }) => extensions.code);
const tasksWith = (selection: string, first = 20) =>
  `{ examMarkingTasks(userId: "${MARKER}", first: ${first}) { edges { node { id ${selection} } } } }`;

/** Sends a query and advances the fake clock until the response, past any retry backoff. */
async function askPast(harness: Harness, clock: ReturnType<typeof createFakeClock>, query: string) {
  const answer = harness.askText(query);
  let isDone = false;
  answer.finally(() => {
    isDone = true;
  });
  while (!isDone) await clock.advance(1);
  return answer;
}

describe("retries", () => {
  it("are at most a tenth of an endpoint's calls", async () => {
    const harness = await createHarness();
    harness.sandbox.faults.arm({ ...SYSTEM_ERROR, on: { endpoint: TALENT_KEY, times: 6 } });
    const { errors = [] } = await harness.askText(tasksWith("talent { name }"));
    expect(errors).toHaveLength(4);
    expect(harness.calls(TALENT)).toBe(22);
  });

  it("recover from one failure of each endpoint", async () => {
    const harness = await createHarness();
    harness.sandbox.faults.arm({ ...SYSTEM_ERROR, on: { endpoint: TALENT_KEY } });
    harness.sandbox.faults.arm({ kind: "reset", on: { endpoint: LIST } });
    expect(codesOf(await harness.askText(tasksWith("talent { name }")))).toEqual([]);
    expect([harness.calls(TASKS), harness.calls(TALENT)]).toEqual([2, 21]);
  });
});

describe("an endpoint that always fails", () => {
  it("opens its circuit for five seconds, while the others work, and then gets one probe", async () => {
    const clock = createFakeClock();
    const harness = await createHarness({ clock });
    const talents = tasksWith("job { title } talent { name }");
    harness.sandbox.faults.arm({ ...SYSTEM_ERROR, on: { endpoint: TALENT_KEY, times: 0 } });
    await askPast(harness, clock, talents);
    const callsWhenOpened = harness.calls(TALENT);

    const open = await askPast(harness, clock, talents);
    expect(harness.calls(TALENT)).toBe(callsWhenOpened);
    expect(open.data.examMarkingTasks.edges.map(({ node }: LooseNode) => node.job.title)).not.toContain(null);
    expect(open.errors?.[0]?.extensions).toMatchObject({
      code: "UPSTREAM_UNAVAILABLE",
      retryable: true,
      upstream: { endpoint: TALENT_KEY, httpStatus: null },
    });
    expect(open.errors?.[0]?.extensions.retryAfterMs).toBeLessThanOrEqual(5000);

    await clock.advance(5000);
    await askPast(harness, clock, talents);
    expect(harness.calls(TALENT)).toBe(callsWhenOpened + 1);

    harness.sandbox.faults.clear();
    await clock.advance(5000);
    await askPast(harness, clock, tasksWith("talent { name }", 1));
    expect(codesOf(await askPast(harness, clock, talents))).toEqual([]);
  });

  it.each([
    ["HTTP 200 with the code of a system error", { kind: "status", httpStatus: 200, code: 1002001 }],
    ["connections that break", { kind: "reset" }],
  ] as const)("opens its circuit after %s", async (_, fault) => {
    const harness = await createHarness();
    harness.sandbox.faults.arm({ ...fault, on: { endpoint: TALENT_KEY, times: 0 } });
    await harness.askText(tasksWith("talent { name }"));
    const calls = harness.calls(TALENT);
    await harness.askText(tasksWith("talent { name }"));
    expect(harness.calls(TALENT)).toBe(calls);
  });

  it("opens its circuit after timeouts", async () => {
    const clock = createFakeClock();
    const harness = await createHarness({ clock });
    harness.sandbox.faults.arm({ kind: "hold", on: { endpoint: TALENT_KEY, times: 0 } });
    const hanging = harness.askText(tasksWith("talent { name }"));
    await harness.callsReach(21);
    await clock.advance(5000);
    expect(new Set(codesOf(await hanging))).toEqual(new Set(["UPSTREAM_TIMEOUT"]));
    expect(new Set(codesOf(await harness.askText(tasksWith("talent { name }"))))).toEqual(
      new Set(["UPSTREAM_UNAVAILABLE"]),
    );
    expect(harness.calls(TALENT)).toBe(20);
  });

  it("keeps its circuit closed when it only rejects requests", async () => {
    const harness = await createHarness();
    harness.sandbox.faults.arm({
      kind: "status",
      httpStatus: 400,
      code: 1002002,
      on: { endpoint: TALENT_KEY, times: 0 },
    });
    await harness.askText(tasksWith("talent { name }"));
    await harness.askText(tasksWith("talent { name }"));
    expect(harness.calls(TALENT)).toBe(40);
  });

  it("is covered by stale cached data, within its bound", async () => {
    const clock = createFakeClock();
    const harness = await createHarness({ clock, env: { CACHE_TTL_TALENT_S: "60" } });
    await askPast(harness, clock, tasksWith("talent { name }"));
    harness.sandbox.faults.arm({ ...SYSTEM_ERROR, on: { endpoint: TALENT_KEY, times: 0 } });
    await clock.advance(300_000);
    expect(codesOf(await askPast(harness, clock, tasksWith("talent { name }")))).toEqual([]);
    const calls = harness.calls(TALENT);
    expect(codesOf(await askPast(harness, clock, tasksWith("talent { name }")))).toEqual([]);
    expect(harness.calls(TALENT)).toBe(calls);
  });
});

/** A task edge of an ad hoc query. */
type LooseNode = { readonly node: { readonly job: { readonly title: string | null } } };

describe("a client's own deadline", () => {
  const ask = (harness: Harness, timeout: string) =>
    fetch(`${harness.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-request-timeout": timeout },
      body: JSON.stringify({ query: tasksWith("") }),
    });

  it.each([
    ["2000", 2000],
    ["99999999", 15_000],
  ])("of %s ms ends the operation after %i", async (timeout, endsMs) => {
    const clock = createFakeClock();
    const harness = await createHarness({ clock, env: { FEISHU_TIMEOUT_MS: "60000" } });
    harness.sandbox.faults.arm({ kind: "hold", on: { endpoint: LIST } });
    const answer = ask(harness, timeout);
    await harness.callsReach(1);
    await clock.advance(endsMs);
    const { errors } = (await (await answer).json()) as ClientAnswer<unknown>;
    expect(errors?.[0]).toMatchObject({
      message: `the operation exceeded its timeout of ${endsMs} ms`,
      extensions: { code: "DEADLINE_EXCEEDED" },
    });
  });

  it.each(["0", "-1", "1.5", "soon", "1e3", "", "1000000000"])("of %j is rejected before any call", async (timeout) => {
    const harness = await createHarness();
    const response = await ask(harness, timeout);
    const { errors } = (await response.json()) as ClientAnswer<unknown>;
    expect(response.status).toBe(400);
    expect(errors?.[0]?.extensions.code).toBe("BAD_USER_INPUT");
    expect(errors?.[0]?.message).toContain("x-request-timeout: must be a whole number of milliseconds");
    expect(harness.calls()).toBe(0);
  });

  it("that the quota cannot meet is rejected at once with retryAfterMs", async () => {
    const clock = createFakeClock();
    const quota = JSON.stringify({ [LIST]: [{ limit: 2, windowMs: 10_000 }] });
    const harness = await createHarness({ clock, env: { FEISHU_QUOTAS: quota } });
    await harness.askText(tasksWith(""));
    await harness.askText(tasksWith(""));
    const { errors } = (await (await ask(harness, "3000")).json()) as ClientAnswer<unknown>;
    expect(errors?.[0]?.extensions).toMatchObject({ code: "UPSTREAM_RATE_LIMITED", retryAfterMs: 10_020 });
    expect(harness.calls(TASKS)).toBe(2);
  });
});
