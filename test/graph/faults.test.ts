import { describe, expect, it, onTestFinished } from "vitest";
import type { Fault } from "../../src/sandbox/faults.js";
import { startSandbox } from "../../src/sandbox/server.js";
import { createFakeClock } from "../support/fake-clock.js";
import { MARKER } from "../support/fixtures.js";
import { DetailsOfTasksDocument, TalentsOfTasksDocument, TaskIdsDocument } from "../support/generated/operations.js";
import { type ClientAnswer, createHarness, type Harness, JOB, TALENT, TASKS, TOKEN } from "../support/harness.js";

const LIST = "GET /open-apis/hire/v1/exam_marking_tasks";
const TALENT_KEY = "GET /open-apis/hire/v2/talents/:talent_id";

const codesOf = ({ errors = [] }: ClientAnswer<unknown>) => errors.map(({ extensions }) => extensions.code);

/** Requests the seeded marker's first ids (20 by default) under the armed faults. */
const askIds = (harness: Harness, first = 20) => harness.ask(TaskIdsDocument, { userId: MARKER, first });

describe("a failing list call", () => {
  const CASES: readonly [name: string, fault: Fault, code: string, listCalls: number][] = [
    ["a system error", { kind: "status", httpStatus: 500, code: 1002001 }, "UPSTREAM_UNAVAILABLE", 2],
    ["a system error with HTTP 200", { kind: "status", httpStatus: 200, code: 1002001 }, "UPSTREAM_UNAVAILABLE", 2],
    ["a parameter error", { kind: "status", httpStatus: 400, code: 1002002 }, "UPSTREAM_BAD_REQUEST", 1],
    ["a missing permission", { kind: "status", httpStatus: 400, code: 99991672 }, "UPSTREAM_PERMISSION_MISSING", 1],
    ["the monthly quota", { kind: "status", httpStatus: 429, code: 99991403 }, "UPSTREAM_QUOTA_EXHAUSTED", 1],
    ["an unknown code", { kind: "status", httpStatus: 400, code: 4242 }, "UPSTREAM_BAD_REQUEST", 1],
    ["throttling with HTTP 429", { kind: "throttle", httpStatus: 429 }, "UPSTREAM_RATE_LIMITED", 1],
    ["throttling with HTTP 400", { kind: "throttle", httpStatus: 400 }, "UPSTREAM_RATE_LIMITED", 1],
    ["throttling with HTTP 200", { kind: "throttle", httpStatus: 200 }, "UPSTREAM_RATE_LIMITED", 1],
    // The connection was used for the token: the call is sent once more, and then retried.
    ["a reset connection", { kind: "reset" }, "UPSTREAM_UNAVAILABLE", 3],
    ["half a body", { kind: "truncate" }, "UPSTREAM_CONTRACT", 1],
    ["a body that is not JSON", { kind: "raw_body", body: "<html>secret body</html>" }, "UPSTREAM_CONTRACT", 1],
    ["a proxy's error page", { kind: "raw_body", body: "<html>", httpStatus: 502 }, "UPSTREAM_UNAVAILABLE", 2],
    ["wrong types", { kind: "merge", data: { items: {} } }, "UPSTREAM_CONTRACT", 1],
    ["has_more without a token", { kind: "missing_token" }, "UPSTREAM_PAGINATION_LOOP", 1],
    ["a token that is always rejected", { kind: "expired_token" }, "UPSTREAM_UNAVAILABLE", 2],
    ["the same with HTTP 200", { kind: "expired_token", httpStatus: 200 }, "UPSTREAM_UNAVAILABLE", 2],
  ];

  it.each(CASES)("with %s returns the documented code, and the service stays up", async (_, fault, code, listCalls) => {
    const harness = await createHarness();
    harness.sandbox.faults.arm({ ...fault, on: { endpoint: LIST, times: 0 } });
    const answer = await askIds(harness);
    expect(codesOf(answer)).toEqual([code]);
    expect(harness.calls(TASKS)).toBe(listCalls);
    expect(JSON.stringify(answer)).not.toMatch(/secret body|stacktrace|at .*\.js/);
    harness.sandbox.faults.clear();
    expect((await harness.askText("{ __typename }")).data).toEqual({ __typename: "Query" });
  });

  it.each([
    ["a reset connection", { kind: "reset" }],
    ["a system error", { kind: "status", httpStatus: 500, code: 1002001 }],
    ["an expired token", { kind: "expired_token" }],
    ["an expired token with HTTP 200", { kind: "expired_token", httpStatus: 200 }],
  ] satisfies [string, Fault][])("succeeds with one more call after %s once", async (_, fault) => {
    const harness = await createHarness();
    harness.sandbox.faults.arm({ ...fault, on: { endpoint: LIST } });
    expect((await askIds(harness)).data?.examMarkingTasks.edges).toHaveLength(20);
    expect(harness.calls(TASKS)).toBe(2);
    expect(harness.calls(TOKEN)).toBe(fault.kind === "expired_token" ? 2 : 1);
  });

  it("reports retryAfterMs when throttled, and makes no call until then", async () => {
    const clock = createFakeClock();
    const harness = await createHarness({ clock, env: { REQUEST_DEADLINE_MS: "600000" } });
    harness.sandbox.faults.arm({ kind: "throttle", resetS: 7, on: { endpoint: LIST } });
    const [error] = (await askIds(harness)).errors ?? [];
    expect(error?.extensions).toMatchObject({ code: "UPSTREAM_RATE_LIMITED", retryable: true, retryAfterMs: 7000 });
    const next = askIds(harness);
    await clock.sleeping(7000);
    expect(harness.calls(TASKS)).toBe(1);
    await clock.advance(7000);
    expect((await next).data?.examMarkingTasks.edges).toHaveLength(20);
  });

  it("is attempted at most three times: one retry for a rejected token and one for a failure", async () => {
    const harness = await createHarness();
    const { faults } = harness.sandbox;
    faults.arm({ kind: "expired_token", on: { endpoint: LIST } });
    faults.arm({ kind: "reset", on: { endpoint: LIST } });
    faults.arm({ kind: "expired_token", on: { endpoint: LIST, times: 0 } });
    expect(codesOf(await askIds(harness))).toEqual(["UPSTREAM_UNAVAILABLE"]);
    expect(harness.calls(TASKS)).toBe(3);
  });

  it.each([
    ["1.005", 1005],
    ["2592000", 60_000],
    ["1e300", 1000],
    ["-5", 1000],
    ["soon", 1000],
    ["", 1000],
  ])("with a reset of %j seconds returns a retryAfterMs of %i", async (reset, retryAfterMs) => {
    const harness = await createHarness();
    const headers = { "x-ogw-ratelimit-reset": reset };
    const throttle = { kind: "status", httpStatus: 429, code: 99991400, headers } as const;
    harness.sandbox.faults.arm({ ...throttle, on: { endpoint: LIST, contains: "page_token" } });
    const { data, errors } = await askIds(harness, 45);
    expect(errors).toBeUndefined();
    expect(data?.examMarkingTasks.interruption).toMatchObject({ code: "UPSTREAM_RATE_LIMITED", retryAfterMs });
  });

  it("that a proxy throttles delays the next call, too", async () => {
    const clock = createFakeClock();
    const harness = await createHarness({ clock, env: { REQUEST_DEADLINE_MS: "600000" } });
    harness.sandbox.faults.arm({ kind: "raw_body", body: "<html>", httpStatus: 429, on: { endpoint: LIST } });
    const [error] = (await askIds(harness)).errors ?? [];
    expect(error?.extensions).toMatchObject({ code: "UPSTREAM_RATE_LIMITED", retryAfterMs: 1000 });
    const next = askIds(harness);
    await clock.sleeping(1000);
    await clock.advance(1000);
    expect((await next).data?.examMarkingTasks.edges).toHaveLength(20);
  });

  it("that hangs fails after the attempt timeout", async () => {
    const clock = createFakeClock();
    const harness = await createHarness({ clock });
    harness.sandbox.faults.arm({ kind: "hold", on: { endpoint: LIST } });
    const answer = askIds(harness);
    await harness.callsReach(1);
    await clock.advance(5000);
    expect(codesOf(await answer)).toEqual(["UPSTREAM_TIMEOUT"]);
  });

  it("ends with the operation's own deadline when that comes first", async () => {
    const clock = createFakeClock();
    const harness = await createHarness({ clock, env: { REQUEST_DEADLINE_MS: "3000" } });
    harness.sandbox.faults.arm({ kind: "hold", on: { endpoint: LIST } });
    const answer = askIds(harness);
    await harness.callsReach(1);
    await clock.advance(3000);
    expect(codesOf(await answer)).toEqual(["DEADLINE_EXCEEDED"]);
  });

  it("is cancelled when the client goes away", async () => {
    const harness = await createHarness();
    const held = harness.sandbox.faults.arm({ kind: "hold", on: { endpoint: LIST } });
    const client = new AbortController();
    const gone = fetch(`${harness.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: `{ examMarkingTasks(userId: "${MARKER}") { edges { node { job { title } } } } }` }),
      signal: client.signal,
    });
    await harness.callsReach(1);
    client.abort();
    await expect(gone).rejects.toThrow();
    await harness.logged("DEADLINE_EXCEEDED");
    held.release();
    await askIds(harness);
    expect(harness.calls(JOB)).toBe(0);
  });

  it("tolerates new fields, and returns null and an error for an unknown state", async () => {
    const harness = await createHarness();
    const id = "7300900000000000099";
    const row = { id, job_id: "1", talent_id: "2", application_id: "3", activity_status: 9, brand_new: true };
    harness.sandbox.faults.arm({
      kind: "merge",
      data: { items: [row], has_more: false, also: 1 },
      on: { endpoint: LIST },
    });
    const { data, errors } = await askIds(harness);
    expect(data?.examMarkingTasks.edges[0]?.node).toMatchObject({ id, status: null });
    expect(errors).toHaveLength(1);
    expect(errors?.[0]).toMatchObject({
      path: ["examMarkingTasks", "edges", 0, "node", "status"],
      extensions: { code: "UPSTREAM_CONTRACT" },
    });
  });
});

describe("an incomplete row", () => {
  it("causes one error at its index, while the other rows are returned", async () => {
    const harness = await createHarness();
    const whole = { id: "1", job_id: "7300100000000000000", talent_id: "2", application_id: "3", activity_status: 1 };
    const items = [whole, { ...whole, id: "2", talent_id: "" }, { id: "3" }];
    harness.sandbox.faults.arm({ kind: "merge", data: { items, has_more: false }, on: { endpoint: LIST } });
    const { data, errors } = await askIds(harness);
    expect(data?.examMarkingTasks.edges.map(({ node }) => node?.id)).toEqual(["1", undefined, undefined]);
    expect(errors?.map(({ path, extensions }) => [path?.at(2), extensions.code])).toEqual([
      [1, "UPSTREAM_CONTRACT"],
      [2, "UPSTREAM_CONTRACT"],
    ]);
  });

  it("has null relations where ids are missing", async () => {
    const harness = await createHarness();
    harness.sandbox.faults.arm({
      kind: "merge",
      data: { items: [{ id: "3" }], has_more: false },
      on: { endpoint: LIST },
    });
    const { data, errors } = await harness.ask(DetailsOfTasksDocument, { userId: MARKER });
    expect(errors).toBeUndefined();
    expect(data?.examMarkingTasks.edges[0]?.node).toEqual({ id: "3", job: null, talent: null, application: null });
  });
});

describe("an interrupted list", () => {
  const SECOND_PAGE = { endpoint: LIST, contains: "page_token", times: 0 } as const;

  it.each([
    ["a system error", { kind: "status", httpStatus: 500, code: 1002001 }, "UPSTREAM_UNAVAILABLE", null],
    ["throttling", { kind: "throttle", resetS: 2 }, "UPSTREAM_RATE_LIMITED", 2000],
    ["a repeated token", { kind: "repeated_token" }, "UPSTREAM_PAGINATION_LOOP", null],
    ["has_more without a token", { kind: "missing_token" }, "UPSTREAM_PAGINATION_LOOP", null],
    ["wrong types", { kind: "merge", data: { items: "x" } }, "UPSTREAM_CONTRACT", null],
  ] satisfies [string, Fault, string, number | null][])(
    "keeps its rows after %s, reports the interruption, and can be resumed",
    async (_, fault, code, retryAfterMs) => {
      const harness = await createHarness({ quotas: "documented" });
      const armed = harness.sandbox.faults.arm({ ...fault, on: SECOND_PAGE });
      const cut = await harness.query(TaskIdsDocument, { userId: MARKER, first: 45 });
      expect(cut.examMarkingTasks.edges).toHaveLength(20);
      expect(cut.examMarkingTasks.pageInfo.hasNextPage).toBe(true);
      expect(cut.examMarkingTasks.interruption).toMatchObject({ code, retryAfterMs });
      await harness.logged("List interrupted");
      armed.release();
      const after = cut.examMarkingTasks.pageInfo.endCursor ?? null;
      const rest = await harness.query(TaskIdsDocument, { userId: MARKER, first: 45, after });
      expect(rest.examMarkingTasks.edges).toHaveLength(25);
      expect(rest.examMarkingTasks.interruption).toBeNull();
    },
  );

  it("does not result from an empty page that has a next one", async () => {
    const harness = await createHarness();
    const { tasks } = harness.sandbox.world.markers[0] ?? { tasks: [] };
    harness.sandbox.faults.arm({ kind: "empty_page", on: { ...SECOND_PAGE, times: 1 } });
    const { examMarkingTasks } = await harness.query(TaskIdsDocument, { userId: MARKER, first: 100 });
    const kept = [...tasks.slice(0, 20), ...tasks.slice(40)].map(({ id }) => id);
    expect(examMarkingTasks.edges.map(({ node }) => node?.id)).toEqual(kept);
    expect(examMarkingTasks.interruption).toBeNull();
  });

  it("fails with CURSOR_EXPIRED when Feishu rejects the stored page token", async () => {
    const harness = await createHarness();
    const { examMarkingTasks } = await harness.query(TaskIdsDocument, { userId: MARKER, first: 20 });
    harness.sandbox.faults.arm({ kind: "status", httpStatus: 400, code: 1002002, on: SECOND_PAGE });
    const after = examMarkingTasks.pageInfo.endCursor ?? null;
    expect(codesOf(await harness.ask(TaskIdsDocument, { userId: MARKER, after }))).toEqual(["CURSOR_EXPIRED"]);
  });
});

describe("one lookup among twenty", () => {
  it("that fails returns one null and one error, with its path and log id", async () => {
    const harness = await createHarness();
    const broken = harness.sandbox.world.markers[0]?.tasks[7]?.talent_id ?? "";
    harness.sandbox.faults.arm({ kind: "status", httpStatus: 400, code: 99991672, on: { contains: broken, times: 0 } });
    const { data, errors } = await harness.ask(DetailsOfTasksDocument, { userId: MARKER, first: 20 });
    const talents = data?.examMarkingTasks.edges.map(({ node }) => node?.talent ?? null) ?? [];
    expect(talents.map((talent) => talent === null)).toEqual(Array.from({ length: 20 }, (_, i) => i === 7));
    expect(errors).toHaveLength(1);
    expect(errors?.[0]).toMatchObject({
      path: ["examMarkingTasks", "edges", 7, "node", "talent"],
      extensions: {
        code: "UPSTREAM_PERMISSION_MISSING",
        retryable: false,
        requestId: expect.stringMatching(/^[\da-f-]{36}$/),
        upstream: { endpoint: TALENT_KEY, httpStatus: 400, code: 99991672, logId: expect.stringMatching(/^\w{32}$/) },
      },
    });
  });

  it("that does not exist returns null without an error", async () => {
    const harness = await createHarness();
    const codes = { "jobs/": [404, 1002601], "talents/": [404, 1002102], "applications/": [400, 1002201] } as const;
    for (const [contains, [httpStatus, code]] of Object.entries(codes)) {
      harness.sandbox.faults.arm({ kind: "status", httpStatus, code, on: { contains, times: 0 } });
    }
    const { data, errors } = await harness.ask(DetailsOfTasksDocument, { userId: MARKER, first: 2 });
    expect(errors).toBeUndefined();
    for (const { node } of data?.examMarkingTasks.edges ?? []) {
      expect(node).toMatchObject({ job: null, talent: null, application: null });
    }
  });

  it("that is slow does not delay the other nineteen", async () => {
    const resolved = new Set<string>();
    let nineteenAreResolved = (): void => {};
    const nineteen = new Promise<void>((resolve) => {
      nineteenAreResolved = resolve;
    });
    const harness = await createHarness({
      plugins: [
        {
          requestDidStart: async () => ({
            executionDidStart: async () => ({
              willResolveField: ({ source, info }) => {
                if (info.parentType.name === "Talent" && info.fieldName === "name") resolved.add(String(source.id));
                if (resolved.size === 19) nineteenAreResolved();
              },
            }),
          }),
        },
      ],
    });
    const slow = harness.sandbox.world.markers[0]?.tasks[3]?.talent_id ?? "";
    const held = harness.sandbox.faults.arm({ kind: "hold", on: { contains: slow } });
    const answer = harness.query(TalentsOfTasksDocument, { userId: MARKER, first: 20 });
    await nineteen;
    expect(resolved).not.toContain(slow);
    held.release();
    expect((await answer).examMarkingTasks.edges.every(({ node }) => node?.talent)).toBe(true);
    expect(harness.calls(TALENT)).toBe(20);
  });

  it("that returns another talent is rejected", async () => {
    const harness = await createHarness();
    const asked = harness.sandbox.world.markers[0]?.tasks[2]?.talent_id ?? "";
    harness.sandbox.faults.arm({ kind: "merge", data: { talent_id: "999" }, on: { contains: asked } });
    const { data, errors } = await harness.ask(TalentsOfTasksDocument, { userId: MARKER, first: 3 });
    expect(data?.examMarkingTasks.edges.map(({ node }) => node?.talent !== null)).toEqual([true, true, false]);
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(["UPSTREAM_CONTRACT"]);
  });

  it("with a malformed id fails without a call", async () => {
    const harness = await createHarness();
    const row = { id: "1", job_id: "../../auth", talent_id: "2?x=1", application_id: "3/4", activity_status: 1 };
    harness.sandbox.faults.arm({ kind: "merge", data: { items: [row], has_more: false }, on: { endpoint: LIST } });
    const answer = await harness.ask(DetailsOfTasksDocument, { userId: MARKER });
    expect(codesOf(answer)).toEqual(["UPSTREAM_CONTRACT", "UPSTREAM_CONTRACT", "UPSTREAM_CONTRACT"]);
    expect(answer.data?.examMarkingTasks.edges).toHaveLength(1);
    expect(harness.calls()).toBe(1);
  });
});

describe("the service", () => {
  it("outputs no secret, token or upstream body under any fault", async () => {
    const harness = await createHarness({ env: { CURSOR_SECRET: "MARKED-cursor-secret" } });
    const { faults, tokens } = harness.sandbox;
    const answers: string[] = [];
    const faultsToTry: Fault[] = [
      { kind: "raw_body", body: '{"code":"MARKED-body"}' },
      { kind: "status", httpStatus: 400, code: 99991672, msg: "MARKED-msg" },
      { kind: "status", httpStatus: 500, code: 1002001, msg: "MARKED-msg" },
      { kind: "merge", data: { items: [{ id: { "MARKED-key": "MARKED-value" } }] } },
      { kind: "expired_token" },
      { kind: "reset" },
    ];
    for (const fault of faultsToTry) {
      const armed = faults.arm({ ...fault, on: { endpoint: LIST, times: 0 } });
      answers.push(JSON.stringify(await askIds(harness)));
      armed.release();
      tokens.expireAll();
    }
    faults.arm({
      kind: "status",
      httpStatus: 200,
      code: 10014,
      msg: "MARKED-msg",
      on: { contains: "/auth/", times: 0 },
    });
    tokens.expireAll();
    answers.push(JSON.stringify(await askIds(harness)));
    const issued = tokens.all();
    const output = [...answers, harness.log()].join("\n");
    expect(issued.length).toBeGreaterThan(1);
    for (const secret of ["MARKED", "sandbox-secret", ...issued]) expect(output).not.toContain(secret);
  });

  it("masks an internal error in the response and logs it", async () => {
    const harness = await createHarness({
      plugins: [
        {
          requestDidStart: async () => ({
            executionDidStart: async () => {
              throw new Error("MARKED inner message");
            },
          }),
        },
      ],
    });
    const answer = await harness.askText("{ __typename }");
    expect(codesOf(answer)).toEqual(["INTERNAL_SERVER_ERROR"]);
    expect(JSON.stringify(answer)).not.toContain("MARKED");
    expect(harness.log()).toContain("MARKED inner message");
  });

  it("requests a new token after an upstream restart without failing an operation", async () => {
    const first = await startSandbox({ quotas: {} });
    onTestFinished(() => first.close());
    const harness = await createHarness({ sandbox: first });
    await askIds(harness);
    first.tokens.expireAll();
    const answers = await Promise.all(Array.from({ length: 20 }, () => askIds(harness)));
    expect(answers.flatMap(codesOf)).toEqual([]);
    expect(harness.calls(TOKEN)).toBe(2);
  });
});
