import { describe, expect, it } from "vitest";
import type { FaultKind } from "../../src/sandbox/faults.js";
import { MARKER } from "../support/fixtures.js";
import { createHarness, type Harness } from "../support/harness.js";

const LIST = "GET /open-apis/hire/v1/exam_marking_tasks";
const EXAMS = "POST /open-apis/hire/v1/tests/search";
const IDS = { job: "7300100000000000000", talent: "7300200000000000000", application: "7300300000000000000" };
const ROW = { id: "1", job_id: IDS.job, talent_id: IDS.talent, application_id: IDS.application, activity_status: 1 };

/** Returns a harness whose sandbox merges `data` into every answer of an endpoint. */
async function withAnswer(endpoint: string, data: Record<string, unknown>): Promise<Harness> {
  const harness = await createHarness();
  harness.sandbox.faults.arm({ kind: "merge", data, on: { endpoint, times: 0 } });
  return harness;
}

const list = (below: string, args = "first: 5"): string =>
  `{ examMarkingTasks(userId: "${MARKER}", ${args}) { edges { node { ${below} } } pageInfo { hasNextPage } interruption { code } } }`;

describe("an object of the wrong type", () => {
  it.each(["x", 7, true, []])("(%j) is an error with its path, not an absent one", async (basic_info) => {
    const harness = await withAnswer("GET /open-apis/hire/v2/talents/:talent_id", { basic_info });
    const { data, errors } = await harness.askText(`{ talent(id: "${IDS.talent}") { name } }`);
    expect(data).toEqual({ talent: null });
    expect(errors?.[0]).toMatchObject({
      message: "basic_info: expected an object",
      extensions: { code: "UPSTREAM_CONTRACT" },
    });
  });

  it("(null) is absent", async () => {
    const harness = await withAnswer("GET /open-apis/hire/v2/talents/:talent_id", { basic_info: null });
    const answer = await harness.askText(`{ talent(id: "${IDS.talent}") { name } }`);
    expect(answer).toMatchObject({ data: { talent: { name: null } } });
    expect(answer.errors).toBeUndefined();
  });
});

describe("an odd row", () => {
  it("is read if only a number is quoted", async () => {
    const harness = await withAnswer(LIST, { items: [{ ...ROW, activity_status: "2" }], has_more: false });
    const { data, errors } = await harness.askText(list("id status"));
    expect(errors).toBeUndefined();
    expect(data.examMarkingTasks.edges).toEqual([{ node: { id: "1", status: "MARKED" } }]);
  });

  it.each([
    ["activity_status", "soon", "status"],
    ["activity_status", {}, "status"],
    ["activity_status", 99, "status"],
    ["talent_id", 7_300_200_000_000_000, "talentId"],
    ["job_id", ["7"], "jobId"],
  ])("with %s %j loses that field and no other row", async (member, value, field) => {
    const odd = { ...ROW, id: "2", [member]: value };
    const harness = await withAnswer(LIST, { items: [ROW, odd, { ...ROW, id: "3" }], has_more: false });
    const { data, errors } = await harness.askText(list(`id ${field}`));
    const edges = data.examMarkingTasks.edges as { node: object | null }[];
    expect(edges).toHaveLength(3);
    expect([edges[0]?.node, edges[2]?.node]).toEqual([
      expect.objectContaining({ id: "1" }),
      expect.objectContaining({ id: "3" }),
    ]);
    expect(errors).toHaveLength(1);
    expect(errors?.[0]).toMatchObject({
      path: ["examMarkingTasks", "edges", 1, "node", field],
      extensions: { code: "UPSTREAM_CONTRACT" },
    });
  });

  it.each([null, "x", [], {}, { ...ROW, id: 7 }, { ...ROW, id: "" }])("%j is an error in its place", async (odd) => {
    const harness = await withAnswer(LIST, { items: [ROW, odd, odd, { ...ROW, id: "3" }], has_more: false });
    const { data, errors } = await harness.askText(list("id"));
    expect(data.examMarkingTasks.edges.map(({ node }: { node: { id: string } | null }) => node?.id ?? null)).toEqual([
      "1",
      null,
      null,
      "3",
    ]);
    expect(errors?.map(({ path, extensions }) => [path?.at(2), extensions.code])).toEqual([
      [1, "UPSTREAM_CONTRACT"],
      [2, "UPSTREAM_CONTRACT"],
    ]);
  });
});

describe("an answer without optional members", () => {
  it.each([{}, { has_more: false }, { items: [] }, { items: null, page_token: "" }])(
    "%j is an empty list",
    async (data) => {
      const body = JSON.stringify({ code: 0, msg: "success", data });
      const harness = await createHarness();
      harness.sandbox.faults.arm({ kind: "raw_body", body, on: { endpoint: LIST, times: 0 } });
      const answer = await harness.askText(list("id"));
      expect(answer.errors).toBeUndefined();
      expect(answer.data.examMarkingTasks).toEqual({
        edges: [],
        pageInfo: { hasNextPage: false },
        interruption: null,
      });
    },
  );

  it("continues if it has a page token and no has_more", async () => {
    const harness = await createHarness();
    const body = JSON.stringify({ code: 0, data: { items: [ROW], page_token: "next" } });
    harness.sandbox.faults.arm({ kind: "raw_body", body, on: { endpoint: LIST } });
    const { data } = await harness.askText(list("id", "first: 1"));
    expect(data.examMarkingTasks.pageInfo.hasNextPage).toBe(true);
  });

  it("is an error without data: a page could be missing", async () => {
    const harness = await createHarness();
    harness.sandbox.faults.arm({ kind: "raw_body", body: '{"code":0}', on: { endpoint: LIST, times: 0 } });
    expect((await harness.askText(list("id"))).errors?.[0]?.extensions.code).toBe("UPSTREAM_CONTRACT");
  });
});

describe("a list that moves between two pages of one read", () => {
  it("returns each row once, and as many as requested", async () => {
    const harness = await createHarness();
    const { tasks } = harness.sandbox.world.markers[0] ?? { tasks: [] };
    const added = { ...tasks[0], id: "7300900000000099999" } as (typeof tasks)[number];
    const moved: FaultKind = { kind: "change_rows", prepend: [added] };
    harness.sandbox.faults.arm({ ...moved, on: { endpoint: LIST, contains: "page_token" } });
    const { data } = await harness.askText(list("id", "first: 40"));
    const ids = data.examMarkingTasks.edges.map(({ node }: { node: { id: string } }) => node.id);
    expect(ids).toEqual(tasks.slice(1, 41).map(({ id }) => id));
  });
});

describe("an odd element of a batch", () => {
  const exam = (application_id: unknown, more: object = {}) => ({
    test_id: "7300500000000000001",
    application_id,
    score: "80",
    ...more,
  });

  it("loses only its odd field", async () => {
    const items = [exam(IDS.application, { score: 80 }), exam(IDS.application)];
    const harness = await withAnswer(EXAMS, { items, has_more: false });
    const { data, errors } = await harness.askText(list("exams { id score }", "first: 1"));
    expect(data.examMarkingTasks.edges[0].node.exams.map(({ score }: { score: string }) => score)).toEqual([
      null,
      "80",
    ]);
    expect(errors).toHaveLength(1);
    expect(errors?.[0]?.path?.at(-1)).toBe("score");
  });

  it("costs no other application its exams, even if its application cannot be read", async () => {
    const harness = await createHarness();
    const { tasks } = harness.sandbox.world.markers[0] ?? { tasks: [] };
    const [first, second] = tasks as [(typeof tasks)[number], (typeof tasks)[number]];
    const on = (contains: string) => ({ endpoint: EXAMS, contains, times: 0 });
    const odd = { items: [exam(7), exam(second.application_id)], has_more: false };
    harness.sandbox.faults.arm({ kind: "merge", data: odd, on: { endpoint: EXAMS, times: 1 } });
    harness.sandbox.faults.arm({
      kind: "merge",
      data: { items: [exam(7)], has_more: false },
      on: { ...on(""), times: 1 },
    });
    const { data, errors } = await harness.askText(list("applicationId exams { id }", "first: 2"));
    const exams = data.examMarkingTasks.edges.map(({ node }: { node: { exams: object[] | null } }) => node.exams);
    expect(exams[0]).toBeNull();
    expect(exams[1]).not.toBeNull();
    expect(errors?.map(({ path, extensions }) => [path?.at(2), extensions.code])).toEqual([[0, "UPSTREAM_CONTRACT"]]);
    expect(harness.calls("/hire/v1/tests/search")).toBe(3);
    expect(first.application_id).not.toBe(second.application_id);
  });

  it("loses only its odd field in a batch of users", async () => {
    const user = { open_id: MARKER, name: "Zhou", gender: "unknown", email: "z@example.test" };
    const harness = await withAnswer("GET /open-apis/contact/v3/users/batch", { items: [user] });
    const { data, errors } = await harness.askText(list("marker { name gender }", "first: 1"));
    expect(data.examMarkingTasks.edges[0].node.marker).toEqual({ name: "Zhou", gender: null });
    expect(errors?.map(({ path }) => path?.at(-1))).toEqual(["gender"]);
  });
});

describe("a date", () => {
  it.each([
    // Midnights in Asia/Shanghai: in 1988, summer time moved it by an hour.
    ["1995-01-01", 788_889_600],
    ["1988-07-01", 583_686_000],
    ["1960-01-01", -315_648_000],
    ["2000-02-29", 951_753_600],
    // Midnight UTC.
    ["1995-01-01", 788_918_400],
  ])("%s is the same day wherever the service runs", async (day, seconds) => {
    const answer = { basic_info: { birthday: seconds } };
    const harness = await withAnswer("GET /open-apis/hire/v2/talents/:talent_id", answer);
    const { data } = await harness.askText(`{ talent(id: "${IDS.talent}") { birthDate birthday } }`);
    expect(data.talent.birthDate).toBe(day);
    expect(new Date(data.talent.birthday).getTime()).toBe(seconds * 1000);
  });

  it("outside of four-digit years is an error: the documentation's own sample is in the wrong unit", async () => {
    const answer = { basic_info: { birthday: 293_016_767_159 } };
    const harness = await withAnswer("GET /open-apis/hire/v2/talents/:talent_id", answer);
    const { errors } = await harness.askText(`{ talent(id: "${IDS.talent}") { birthDate } }`);
    expect(errors?.[0]?.message).toBe("basic_info.birthday: expected a date of the years 1 to 9999");
  });
});
