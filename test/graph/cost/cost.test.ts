import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import variablesOfExamples from "../../../examples/queries/variables.json" with { type: "json" };
import type { CostReport, Plan } from "../../../src/graph/cost/report.js";
import { MARKER } from "../../support/fixtures.js";
import { type ClientAnswer, createHarness, type Harness, type HarnessOptions, TALENT } from "../../support/harness.js";
import { createSignedInHarness, signedIn } from "../../support/signed-in.js";

const DETAILS = "node { job { title } talent { name } application { stage { id } } exams { score } marker { name } }";
const FLAGSHIP = `query ($first: Int! = 20) { examMarkingTasks(userId: "${MARKER}", first: $first) { edges { ${DETAILS} } } }`;

/** Runs a query and returns its reported cost beside the actual number of calls. */
async function costOf(harness: Harness, query: string, variables?: object) {
  // The job mirror's own reads count toward no operation.
  const counted = () => harness.calls() - harness.calls("/hire/v1/jobs");
  const before = counted();
  const answer = (await harness.askText(query, variables)) as ClientAnswer<unknown> & {
    readonly extensions: { readonly cost: CostReport };
  };
  return { ...answer, cost: answer.extensions.cost, calls: counted() - before };
}

async function planOf(harness: Harness, query: string, variables?: object) {
  const response = await fetch(`${harness.url}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-explain": "plan" },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as { readonly data: unknown; readonly extensions: { readonly plan: Plan } };
}

describe("the cost report", () => {
  it("of the flagship query has its estimated, actual and saved calls", async () => {
    const harness = await createHarness({ env: { CACHE_TTL_TALENT_S: "60" } });
    const cold = await costOf(harness, FLAGSHIP);
    expect(cold.cost).toMatchObject({ requested: 63, actual: 49, extra: 0, saved: { cache: 0, coalesced: 14 } });
    expect(cold.calls).toBe(49);
    const warm = await costOf(harness, FLAGSHIP);
    expect(warm.cost).toMatchObject({ requested: 63, actual: 29, saved: { cache: 20, coalesced: 14 } });
    expect(warm.calls).toBe(29);
  });

  it("sums its endpoints and reports the lowest remaining quota", async () => {
    const harness = await createHarness({ quotas: "documented" });
    const { cost } = await costOf(harness, FLAGSHIP, { first: 5 });
    expect(
      cost.endpoints.map(({ endpoint, requested, actual }) => [endpoint.split(" ")[1], requested, actual]),
    ).toEqual([
      ["/open-apis/hire/v1/exam_marking_tasks", 1, 1],
      ["/open-apis/hire/v1/jobs/:job_id", 5, 5],
      ["/open-apis/hire/v2/talents/:talent_id", 5, 5],
      ["/open-apis/hire/v1/applications/:application_id", 5, 5],
      ["/open-apis/hire/v1/tests/search", 1, 1],
      ["/open-apis/contact/v3/users/batch", 1, 1],
    ]);
    expect(cost.throttle).toMatchObject({ endpoint: "GET /open-apis/hire/v2/talents/:talent_id", remaining: 15 });
    expect(cost.throttle?.resetMs).toBeGreaterThan(0);
  });

  it("counts reads shared by equal operations in flight as saved", async () => {
    const harness = await createHarness();
    const answers = await Promise.all(Array.from({ length: 10 }, () => costOf(harness, FLAGSHIP)));
    const lines = answers.flatMap(({ cost }) => cost.endpoints);
    expect(lines.reduce((sum, { actual }) => sum + actual, 0)).toBe(harness.calls());
    // One batch call serves many reads, so batches save reads rather than calls and are left out here.
    const single = lines.filter(({ endpoint }) => !/tests\/search|users\/batch/.test(endpoint));
    for (const kind of new Set(single.map(({ endpoint }) => endpoint))) {
      const ofKind = single.filter(({ endpoint }) => endpoint === kind);
      const total = (count: (line: CostReport["endpoints"][number]) => number) =>
        ofKind.reduce((sum, line) => sum + count(line), 0);
      expect(total(({ actual, saved }) => actual + saved.coalesced)).toBe(total(({ requested }) => requested));
    }
  });

  it("counts retries separately", async () => {
    const harness = await createHarness();
    harness.sandbox.faults.arm({ kind: "reset", on: { endpoint: `GET /open-apis${TALENT}` } });
    const { cost, calls } = await costOf(harness, FLAGSHIP);
    expect([cost.actual, cost.extra, calls]).toEqual([49, 1, 50]);
  });

  it("counts unexpected pages separately", async () => {
    const harness = await createHarness();
    harness.sandbox.faults.arm({ kind: "empty_page", on: { contains: "exam_marking_tasks" } });
    const { cost, calls } = await costOf(
      harness,
      `{ examMarkingTasks(userId: "${MARKER}", first: 20) { edges { cursor } } }`,
    );
    expect([cost.requested, cost.actual, cost.extra, calls]).toEqual([1, 1, 1, 2]);
  });

  it("is left out by configuration", async () => {
    const harness = await createHarness({ env: { COST_EXTENSION: "off" } });
    expect(await harness.askText("{ __typename }")).toEqual({ data: { __typename: "Query" } });
  });
});

describe("the cost limit", () => {
  it.each([
    ["a page", 62, FLAGSHIP],
    [
      "aliases of a list",
      61,
      `{ ${[1, 2, 3, 4].map((n) => `a${n}: examMarkingTasks(userId: "u", first: 5) { edges { ${DETAILS} } }`).join(" ")} }`,
    ],
    ["aliases of an entity", 2, '{ a: job(id: "1") { title } b: job(id: "2") { title } c: talent(id: "3") { name } }'],
    [
      "fragments",
      20,
      `query { ...A } fragment A on Query { examMarkingTasks(userId: "u", first: 20) { edges { ...B } } } fragment B on ExamMarkingTaskEdge { node { job { title } } }`,
    ],
    [
      "entities for a router",
      9,
      `{ _entities(representations: [${Array.from({ length: 10 }, (_, id) => `{ __typename: "Talent", id: "${id}" }`)}]) { ... on Talent { name } } }`,
    ],
  ])("rejects %s that could cost one call more, and reports both numbers without a call", async (_, cap, query) => {
    const harness = await createHarness({ env: { MAX_OPERATION_COST: String(cap) } });
    const { errors, data } = await harness.askText(query);
    expect(data).toBeUndefined();
    expect(errors).toHaveLength(1);
    const [, cost, limit] =
      /could cost (\d+) upstream calls, but at most (\d+) are allowed/.exec(errors?.[0]?.message ?? "") ?? [];
    expect([Number(cost) > cap, Number(limit)]).toEqual([true, cap]);
    expect(errors?.[0]?.extensions).toMatchObject({ code: "COST_LIMIT_EXCEEDED", retryable: false });
    expect(harness.calls()).toBe(0);
  });

  it("accepts an operation exactly at the limit", async () => {
    const harness = await createHarness({ env: { MAX_OPERATION_COST: "63" } });
    expect((await harness.askText(FLAGSHIP)).errors).toBeUndefined();
  });

  it("counts equal representations once and skipped fields not at all", async () => {
    const harness = await createHarness({ env: { MAX_OPERATION_COST: "1" } });
    const representations = Array(50).fill({ __typename: "Talent", id: "7300200000000000000" });
    const query = `query ($r: [_Any!]!, $no: Boolean!) {
      _entities(representations: $r) { ... on Talent { name } }
      examMarkingTasks(userId: "u", first: 20) @include(if: $no) { edges { cursor } }
    }`;
    expect((await harness.askText(query, { r: representations, no: false })).errors).toBeUndefined();
  });
});

describe("a plan", () => {
  it("explains the estimated cost of an operation without a call", async () => {
    const harness = await createHarness();
    const { data, extensions } = await planOf(harness, FLAGSHIP, { first: 45 });
    expect(data).toBeNull();
    expect(harness.calls()).toBe(0);
    expect(extensions.plan).toEqual({
      requested: 140,
      limit: 500,
      steps: [
        ["examMarkingTasks", "GET /open-apis/hire/v1/exam_marking_tasks", 3, "pages of 20"],
        ["examMarkingTasks.edges.node.job", "GET /open-apis/hire/v1/jobs/:job_id", 45, "45 jobs, one call each"],
        [
          "examMarkingTasks.edges.node.talent",
          "GET /open-apis/hire/v2/talents/:talent_id",
          45,
          "45 talents, one call each",
        ],
        [
          "examMarkingTasks.edges.node.application",
          "GET /open-apis/hire/v1/applications/:application_id",
          45,
          "45 applications, one call each",
        ],
        [
          "examMarkingTasks.edges.node.exams",
          "POST /open-apis/hire/v1/tests/search",
          1,
          "exams of 45 applications, 100 a call",
        ],
        [
          "examMarkingTasks.edges.node",
          "GET /open-apis/contact/v3/users/batch",
          1,
          "users, up to 50 a call, requested at 1 moment",
        ],
      ].map(([path, endpoint, calls, how]) => ({ path, endpoint, calls, how })),
    });
  });

  it("is returned for an operation over the limit", async () => {
    const harness = await createHarness({ env: { MAX_OPERATION_COST: "10" } });
    expect((await planOf(harness, FLAGSHIP)).extensions.plan).toMatchObject({ requested: 63, limit: 10 });
  });

  it("lists every call to callers with the scope", async () => {
    const query = `{ examMarkingTasks(userId: "${MARKER}", first: 2) { edges { node { talent { name } } } } }`;
    const explained = async (options: HarnessOptions) => {
      const harness = await createHarness(options);
      const answer = await harness.askText(query, {}, { "x-explain": "calls" });
      return (answer as { extensions?: { explain?: { plan: object; calls: Record<string, unknown>[] } } }).extensions
        ?.explain;
    };
    const told = await explained({ isSandbox: true });
    expect(told?.plan).toMatchObject({ requested: 3, limit: 500 });
    expect(told?.calls.map(({ endpoint, httpStatus, code }) => [endpoint, httpStatus, code])).toEqual([
      ["GET /open-apis/hire/v1/exam_marking_tasks", 200, 0],
      ["GET /open-apis/hire/v2/talents/:talent_id", 200, 0],
      ["GET /open-apis/hire/v2/talents/:talent_id", 200, 0],
    ]);
    for (const call of told?.calls ?? []) {
      expect(call).toMatchObject({ logId: expect.stringMatching(/.+/), isExtra: false });
      for (const time of ["atMs", "waitMs", "tookMs"]) expect(call[time]).toBeGreaterThanOrEqual(0);
    }
    expect(await explained({})).toBeUndefined();
    const signedInTold = async (scopes: readonly string[]) => {
      const harness = await createSignedInHarness();
      const headers = {
        ...(await signedIn(harness, MARKER, scopes)),
        "x-explain": "calls",
      };
      return (await harness.askText(query, {}, headers)) as { extensions?: { explain?: object } };
    };
    expect((await signedInTold([])).extensions?.explain).toBeUndefined();
    expect((await signedInTold(["hire:explain"])).extensions?.explain).toBeDefined();
  });

  it("rejects unknown values of x-explain", async () => {
    const { url } = await createHarness();
    const headers = { "content-type": "application/json", "x-explain": "everything" };
    const response = await fetch(`${url}/graphql`, { method: "POST", headers, body: '{"query":"{__typename}"}' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      errors: [{ message: 'x-explain: must be plan or calls, got "everything"' }],
    });
  });
});

describe("the actual cost", () => {
  const EXAMPLES = readdirSync("examples/queries").filter((file) => file.endsWith(".graphql"));

  it.each(EXAMPLES)("of %s is at most the estimate and equals the upstream's count", async (file) => {
    const harness = await createHarness();
    const variables = variablesOfExamples[file.replace(".graphql", "") as keyof typeof variablesOfExamples];
    const { cost, calls } = await costOf(harness, readFileSync(`examples/queries/${file}`, "utf8"), variables);
    expect(cost.requested).toBeGreaterThan(0);
    expect(cost.actual).toBeLessThanOrEqual(cost.requested);
    expect([cost.actual, cost.extra]).toEqual([calls, 0]);
  });

  /** Selections of a job, each of which may need another endpoint. */
  const JOB = [
    "title",
    "recruiter { name }",
    "hiringManagers { email }",
    "config { interviewRounds { interviewers { name } } }",
    "customFields { name { text } }",
  ];
  const TALENT_FIELDS = [
    "name",
    "educations { schoolName }",
    "notes { creator { name } }",
    "folders { owner { name email } }",
  ];
  const APPLICATION = [
    "jobId",
    "stage { id }",
    "owner { name }",
    "creator { email }",
    "offer { basic { owner { name } } }",
    "interviews { creator { name } records { interviewer { name } } }",
    "exams { score reviewer { name } }",
    `job { ${JOB[0]} }`,
    `talent { ${TALENT_FIELDS[0]} }`,
    "referral { basic { referrer { name } } }",
  ];
  const some = (fields: readonly string[]) =>
    fc.subarray([...fields], { minLength: 1 }).map((picked) => picked.join(" "));
  const node = fc
    .tuple(
      some(JOB),
      some(TALENT_FIELDS),
      some(APPLICATION),
      fc.subarray(["job", "talent", "application", "exams", "marker"]),
    )
    .map(([job, talent, application, asked]) => {
      const all: Record<string, string> = {
        job: `job { ${job} }`,
        talent: `talent { ${talent} }`,
        application: `application { ${application} }`,
        exams: "exams { score reviewer { name } }",
        marker: "marker { name }",
      };
      return ["id", ...asked.map((name) => all[name])].join(" ");
    });

  it.each([{}, { FEISHU_BASIC_NAMES: "on" }, { JOINT_READS: "on" }, { JOB_MIRROR: "on" }])(
    "for any operation is at most the estimate, with %j",
    async (env) => {
      const harness = await createHarness({ env: { MAX_OPERATION_COST: "100000", ...env } });
      const marker = harness.sandbox.world.addMarker(65);
      const list = fc.record({
        node,
        first: fc.integer({ min: 1, max: 65 }),
        status: fc.constantFrom("", "status: PENDING"),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(list, { minLength: 1, maxLength: 2 }), fc.boolean(), async (lists, isResumed) => {
          const ask = (after: string) =>
            lists.map(
              ({ node: fields, first, status }, i) =>
                `l${i}: examMarkingTasks(userId: "${marker.ids.open_id}", ${status}, first: ${first}${after}) { edges { cursor node { ${fields} } } pageInfo { endCursor } }`,
            );
          let query = `{ ${ask("").join(" ")} }`;
          if (isResumed) {
            const { data } = await harness.askText(
              `{ ${ask("")
                .map((text) => text.replace(/node \{.*?\} \} pageInfo/, "} pageInfo"))
                .join(" ")} }`,
            );
            const cursors = lists.map((_, i) => data?.[`l${i}`]?.pageInfo.endCursor as string);
            query = `{ ${ask("")
              .map((text, i) => text.replace(/(first: \d+)/, `$1, after: "${cursors[i]}"`))
              .join(" ")} }`;
          }
          const { errors, cost, calls } = await costOf(harness, query);
          expect(errors).toBeUndefined();
          expect([cost.extra, cost.actual]).toEqual([0, calls]);
          for (const { requested, actual } of cost.endpoints) expect(actual).toBeLessThanOrEqual(requested);
        }),
        { numRuns: 25 },
      );
    },
    60_000,
  );
});

describe("users", () => {
  it("of several id types take one batch per type, as estimated", async () => {
    const harness = await createHarness();
    const [marker] = harness.sandbox.world.markers;
    const representations = (["OPEN_ID", "UNION_ID", "USER_ID"] as const).map((idType) => ({
      __typename: "User",
      id: marker?.ids[idType.toLowerCase() as "open_id"],
      idType,
    }));
    const query = "query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { name } } }";
    const { cost, errors } = await costOf(harness, query, { r: representations });
    expect(errors).toBeUndefined();
    expect([cost.requested, cost.actual]).toEqual([3, 3]);
  });

  it("are estimated at both endpoints when some are selected by name only", async () => {
    const harness = await createHarness({ env: { FEISHU_BASIC_NAMES: "on" } });
    const query = '{ application(id: "7300300000000000000") { owner { name } creator { email } } }';
    const { cost } = await costOf(harness, query);
    for (const { requested, actual } of cost.endpoints) expect(actual).toBeLessThanOrEqual(requested);
    expect(cost.endpoints.map(({ endpoint }) => endpoint)).toContain("POST /open-apis/contact/v3/users/basic_batch");
  });
});
