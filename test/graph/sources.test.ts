import { readFileSync } from "node:fs";
import fc from "fast-check";
import { buildSchema, type GraphQLObjectType } from "graphql";
import { describe, expect, it } from "vitest";
import { planReads } from "../../src/loaders/read-plan.js";
import { APPLICATION_SOURCES, JOB_SOURCES } from "../../src/loaders/sources.js";
import { selectAll } from "../support/coverage.js";
import { MARKER } from "../support/fixtures.js";
import { APPLICATION, createHarness, JOB } from "../support/harness.js";
import { ROOT } from "../support/process.js";

const schema = buildSchema(readFileSync(`${ROOT}schema.graphql`, "utf8"), { assumeValidSDL: true });
const JOB_DETAIL = "/hire/v1/jobs/:job_id/get_detail";
const APPLICATION_DETAIL = "/hire/v1/applications/:application_id/get_detail";
const EXAMS = "/hire/v1/tests/search";
const USERS = "/contact/v3/users/batch";
const JOB_ID = "7300100000000000000";
const APPLICATION_ID = "7300300000000000000";

const plan = (fields: readonly string[], sources: typeof JOB_SOURCES | typeof APPLICATION_SOURCES) =>
  planReads<string>(new Set(fields), sources);

describe("the plan", () => {
  it.each([
    [["title"], ["job"]],
    [["title", "recruiter"], ["jobDetail"]],
    [["city", "title"], ["job"]],
    [
      ["city", "recruiter"],
      ["job", "jobDetail"],
    ],
    [["id"], ["job"]],
    [[], ["job"]],
  ])("for a job's %j reads %j", (fields, sources) => {
    expect(plan(fields, JOB_SOURCES).map(({ source }) => source)).toEqual(sources);
  });

  it.each([
    [["stage"], [["application", []]]],
    [["owner"], [["applicationDetail", []]]],
    [["stage", "offer", "referral"], [["applicationDetail", ["with_offer", "with_referral"]]]],
    [
      ["terminationType", "offer"],
      [
        ["application", []],
        ["applicationDetail", ["with_offer"]],
      ],
    ],
    [["exams", "job"], [["application", []]]],
  ])("for an application's %j reads %j", (fields, reads) => {
    expect(plan(fields, APPLICATION_SOURCES).map(({ source, options }) => [source, options])).toEqual(reads);
  });
});

describe("planned reads", () => {
  it("return the same values as a full read, for any selection", async () => {
    const harness = await createHarness();
    const fieldsOf = (type: string): string[] => Object.keys((schema.getType(type) as GraphQLObjectType).getFields());
    const whole = new Map<string, Record<string, unknown>>();
    for (const [type, field, id] of ENTITIES) {
      const { data } = await harness.askText(`{ ${field}(id: "${id}") ${selectAll(schema, type)} }`);
      whole.set(type, data[field]);
    }
    for (const [type, field, id] of ENTITIES) {
      await fc.assert(
        fc.asyncProperty(fc.subarray(fieldsOf(type), { minLength: 1 }), async (fields) => {
          const parts = fields.map((name) => partOf(type, name));
          const { data, errors } = await harness.askText(`{ ${field}(id: "${id}") { ${parts.join(" ")} } }`);
          expect(errors).toBeUndefined();
          expect(data[field]).toEqual(Object.fromEntries(fields.map((name) => [name, whole.get(type)?.[name]])));
        }),
        { numRuns: 40 },
      );
    }
  });

  it("take one call per distinct job: the plain endpoint for a title, the detail endpoint for a recruiter", async () => {
    const plain = await createHarness();
    const list = (below: string): string =>
      `{ examMarkingTasks(userId: "${MARKER}", first: 20) { edges { node { job { ${below} } } } } }`;
    await plain.askText(list("title"));
    expect([plain.calls(JOB), plain.calls(JOB_DETAIL)]).toEqual([6, 0]);
    const detailed = await createHarness();
    const { data } = await detailed.askText(list("title recruiter { name }"));
    expect(data.examMarkingTasks.edges[0].node.job.recruiter.name).toEqual(expect.any(String));
    expect([detailed.calls(JOB), detailed.calls(JOB_DETAIL), detailed.calls(USERS)]).toEqual([0, 6, 0]);
  });

  it("are shared by all selections of the same entity in one operation", async () => {
    const harness = await createHarness();
    const { errors } = await harness.askText(
      `query ($no: Boolean = false) {
        a: job(id: "${JOB_ID}") { title }
        b: job(id: "${JOB_ID}") { ... on Job { recruiter { name } } tags @include(if: $no) { id } }
        application(id: "${APPLICATION_ID}") { id jobId job { requirement } }
      }`,
    );
    expect(errors).toBeUndefined();
    expect([harness.calls(JOB), harness.calls(JOB_DETAIL)]).toEqual([0, 1]);
  });

  it("carry only the options that are selected", async () => {
    const harness = await createHarness();
    const urls: string[] = [];
    harness.sandbox.events.on("call", (_, url) => urls.push(String(url)));
    await harness.askText(`{ application(id: "${APPLICATION_ID}") { stage { id } offer { basic { id } } } }`);
    expect(urls.at(-1)).toContain("get_detail?options=with_offer");
    expect(harness.calls(APPLICATION_DETAIL)).toBe(1);
  });
});

const ENTITIES = [
  ["Job", "job", JOB_ID],
  ["Application", "application", APPLICATION_ID],
] as const;

/** Returns the selection of one field of a type, with everything below it. */
function partOf(type: string, name: string): string {
  const only = new RegExp(`(?:^| )(${name}(?: \\{.*)?)$`);
  const whole = selectAll(schema, type);
  return (
    topLevel(whole).find((part) => part === name || part.startsWith(`${name} {`)) ?? (only.exec(whole)?.[1] as string)
  );
}

/** Splits a selection into its top-level parts. */
function topLevel(selection: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  for (const token of selection.slice(2, -2).split(" ")) {
    if (depth === 0 && token !== "{") parts.push(token);
    else parts.push(`${parts.pop()} ${token}`);
    depth += token === "{" ? 1 : token === "}" ? -1 : 0;
  }
  return parts;
}

describe("batch reads", () => {
  it("return the exams of 100 tasks with one call", async () => {
    const harness = await createHarness();
    const marker = harness.sandbox.world.markers.find(({ tasks }) => tasks.length === 400);
    const { data } = await harness.askText(
      `query ($userId: ID!) { examMarkingTasks(userId: $userId, first: 100) { edges { node { exams { score } } } } }`,
      { userId: marker?.ids.open_id },
    );
    expect(
      data.examMarkingTasks.edges.every(({ node }: { node: { exams: object[] } }) => node.exams.length === 1),
    ).toBe(true);
    expect(harness.calls(EXAMS)).toBe(1);
  });

  it("return the exams of 20 applications with one call, though the applications arrive separately", async () => {
    const harness = await createHarness();
    const { data, errors } = await harness.askText(
      `{ examMarkingTasks(userId: "${MARKER}", first: 20) { edges { node { application { stage { id } exams { score } } } } } }`,
    );
    expect(errors).toBeUndefined();
    expect(data.examMarkingTasks.edges[0].node.application.exams.length).toBeGreaterThan(0);
    expect([harness.calls(APPLICATION), harness.calls(EXAMS)]).toEqual([20, 1]);
  });

  it("skip calls for fields that other entities provide, over several pages", async () => {
    const harness = await createHarness();
    await harness.askText(
      `{ examMarkingTasks(userId: "${MARKER}", first: 40) { edges { node { application { owner { id } job { title } } } } } }`,
    );
    expect([harness.calls(APPLICATION), harness.calls(APPLICATION_DETAIL)]).toEqual([0, 40]);
  });

  it("list the exams that the marker reviews first", async () => {
    const harness = await createHarness();
    const { data } = await harness.askText(
      `{ examMarkingTasks(userId: "${MARKER}", first: 20) { edges { node { exams { reviewedByMarker reviewer { id idType } } } } } }`,
    );
    const lists = data.examMarkingTasks.edges.map(({ node }: { node: { exams: object[] } }) => node.exams);
    const marked = { reviewedByMarker: true, reviewer: { id: MARKER, idType: "OPEN_ID" } };
    expect(lists.every((exams: object[]) => JSON.stringify(exams[0]) === JSON.stringify(marked))).toBe(true);
    expect(lists.filter((exams: object[]) => exams.length === 2)).toHaveLength(7);
  });

  it("follow every page, and fail rather than return a short list", async () => {
    const harness = await createHarness();
    const ask = () =>
      harness.askText(`{ examMarkingTasks(userId: "${MARKER}", first: 1) { edges { node { exams { id } } } } }`);
    const onePage = { endpoint: `POST /open-apis${EXAMS}` };
    harness.sandbox.faults.arm({ kind: "merge", data: { has_more: true, page_token: "1" }, on: onePage });
    const fault = { kind: "status", httpStatus: 200, code: 1002001 } as const;
    harness.sandbox.faults.arm({ ...fault, on: { ...onePage, times: 0 } });
    const { data, errors } = await ask();
    expect(data.examMarkingTasks.edges[0].node.exams).toBeNull();
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(["UPSTREAM_UNAVAILABLE"]);
    harness.sandbox.faults.clear();
    harness.sandbox.faults.arm({ kind: "missing_token", on: onePage });
    expect((await ask()).errors?.map(({ extensions }) => extensions.code)).toEqual(["UPSTREAM_CONTRACT"]);
  });

  it("return 45 users with one call and 51 with two, matched by id, and null for unknown ids", async () => {
    const harness = await createHarness();
    const ids = Array.from({ length: 44 }, () => harness.sandbox.world.addMarker(0).ids.open_id);
    const ask = (of: readonly string[]) =>
      harness.askText(
        `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on User { id enName } } }`,
        { representations: of.map((id) => ({ __typename: "User", id, idType: "OPEN_ID" })) },
      );
    const { data, errors } = await ask([...ids, "ou_unknown"]);
    expect(errors).toBeUndefined();
    expect(data._entities.slice(0, 44).every((user: { enName: string }) => user.enName)).toBe(true);
    expect(data._entities[44]).toEqual({ id: "ou_unknown", enName: null });
    expect(harness.calls(USERS)).toBe(1);
    await ask([...ids, ...Array.from({ length: 7 }, (_, i) => `ou_more_${i}`)]);
    expect(harness.calls(USERS)).toBe(3);
  });

  it("return null and a clear error for a people_admin_id, without a call", async () => {
    const harness = await createHarness();
    const id = harness.sandbox.world.markers[0]?.ids.people_admin_id;
    const { data, errors } = await harness.askText(
      `query ($id: ID!) { examMarkingTasks(userId: $id, userIdType: PEOPLE_ADMIN_ID, first: 1) { edges { node { marker { id name } } } } }`,
      { id },
    );
    expect(data.examMarkingTasks.edges[0].node.marker).toEqual({ id, name: null });
    expect(errors).toMatchObject([
      { message: expect.stringContaining("people_admin_id"), extensions: { code: "UPSTREAM_BAD_REQUEST" } },
    ]);
    expect(harness.calls(USERS)).toBe(0);
  });

  it("take names from the endpoint with the least permission when configured, 10 per call", async () => {
    const harness = await createHarness({ env: { FEISHU_BASIC_NAMES: "on" } });
    const { data } = await harness.askText(
      `{ examMarkingTasks(userId: "${MARKER}", first: 1) { edges { node { marker { name } } } } }`,
    );
    expect(data.examMarkingTasks.edges[0].node.marker.name).toEqual(expect.any(String));
    expect([harness.calls(USERS), harness.calls("/contact/v3/users/basic_batch")]).toEqual([0, 1]);
    await harness.askText(
      `{ examMarkingTasks(userId: "${MARKER}", first: 1) { edges { node { marker { name email } } } } }`,
    );
    expect([harness.calls(USERS), harness.calls("/contact/v3/users/basic_batch")]).toEqual([1, 1]);
  });

  it("return the other users when Feishu rejects one id", async () => {
    const harness = await createHarness();
    const refused = { kind: "status", httpStatus: 400, code: 41012 } as const;
    harness.sandbox.faults.arm({ ...refused, on: { contains: "ou_bad", times: 0 } });
    const ids = [MARKER, "ou_bad", harness.sandbox.world.markers[1]?.ids.open_id];
    const { data, errors } = await harness.askText(
      `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on User { enName } } }`,
      { representations: ids.map((id) => ({ __typename: "User", id, idType: "OPEN_ID" })) },
    );
    expect(data._entities.map((user: { enName: string | null }) => user.enName !== null)).toEqual([true, false, true]);
    expect(errors?.map(({ path, extensions }) => [path?.[1], extensions.code])).toEqual([[1, "UPSTREAM_BAD_REQUEST"]]);
  });
});

describe("the sibling lists", () => {
  it.each([
    ["interviewTasks", "interviewer", "NOT_STARTED", ["NOT_STARTED", "NOT_EVALUATED", "EVALUATED", "TERMINATED"]],
    ["evaluationTasks", "evaluator", "PENDING", ["PENDING", "EVALUATED", "NOT_NEEDED"]],
  ])("include %s, the same connection with its own states", async (field, person, state, states) => {
    const harness = await createHarness();
    const ask = (args: string) =>
      harness.askText(
        `{ ${field}(userId: "${MARKER}", ${args}) { edges { cursor node { id status job { title } ${person} { id } } } pageInfo { hasNextPage endCursor } } }`,
      );
    const { data, errors } = await ask("first: 45");
    expect(errors).toBeUndefined();
    const nodes = data[field].edges.map(({ node }: { node: { status: string } }) => node);
    expect(nodes).toHaveLength(45);
    expect(new Set(nodes.map(({ status }: { status: string }) => status))).toEqual(new Set(states));
    expect(nodes[0][person]).toEqual({ id: MARKER });
    const filtered = await ask(`status: ${state}, first: 3`);
    const after = filtered.data[field].pageInfo.endCursor;
    const next = await ask(`status: ${state}, first: 3, after: "${after}"`);
    expect(next.data[field].edges).toHaveLength(3);
    const strange = await harness.askText(
      `{ examMarkingTasks(userId: "${MARKER}", after: "${after}") { edges { cursor } } }`,
    );
    expect(strange.errors?.[0]?.extensions.code).toBe("INVALID_CURSOR");
  });
});
