import { describe, expect, it } from "vitest";
import type { ClientAnswer, Harness } from "../support/harness.js";
import { createSignedInHarness, signedIn } from "../support/signed-in.js";

type Verdict = "ok" | "FORBIDDEN" | "UNAUTHENTICATED";

const CALLERS = [
  "nobody",
  "A",
  "B",
  "read_all",
  "A with pii",
  "B with hire:talent:read",
  "A of another tenant",
] as const;
type CallerName = (typeof CALLERS)[number];

/** Expected verdict of each caller for each query. */
// biome-ignore format: it is a table
const MATRIX: readonly [door: string, ...verdicts: Verdict[]][] = [
  //                                      nobody             A            B            read_all     A with pii   B talent:read other tenant
  ["A's list",                            "UNAUTHENTICATED", "ok",        "FORBIDDEN", "ok",        "ok",        "FORBIDDEN", "UNAUTHENTICATED"],
  ["A's list by another kind of id",      "UNAUTHENTICATED", "ok",        "FORBIDDEN", "ok",        "ok",        "FORBIDDEN", "UNAUTHENTICATED"],
  ["A's list, of nothing",                "UNAUTHENTICATED", "ok",        "FORBIDDEN", "ok",        "ok",        "FORBIDDEN", "UNAUTHENTICATED"],
  ["A's list behind A's cursor",          "UNAUTHENTICATED", "ok",        "FORBIDDEN", "ok",        "ok",        "FORBIDDEN", "UNAUTHENTICATED"],
  ["A's interviews",                      "UNAUTHENTICATED", "ok",        "FORBIDDEN", "FORBIDDEN", "ok",        "FORBIDDEN", "UNAUTHENTICATED"],
  ["the viewer's own list",               "UNAUTHENTICATED", "ok",        "ok",        "ok",        "ok",        "ok",        "UNAUTHENTICATED"],
  ["a talent in A's list",                "UNAUTHENTICATED", "ok",        "FORBIDDEN", "ok",        "ok",        "FORBIDDEN", "UNAUTHENTICATED"],
  ["the talent of an application in it",  "UNAUTHENTICATED", "ok",        "FORBIDDEN", "ok",        "ok",        "FORBIDDEN", "UNAUTHENTICATED"],
  ["exams in A's list",                   "UNAUTHENTICATED", "ok",        "FORBIDDEN", "ok",        "ok",        "FORBIDDEN", "UNAUTHENTICATED"],
  ["an e-mail address in A's list",       "UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN", "ok",        "FORBIDDEN", "UNAUTHENTICATED"],
  ["a talent by its id",                  "UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN", "ok",        "UNAUTHENTICATED"],
  ["an e-mail address by a talent's id",  "UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN", "UNAUTHENTICATED"],
  ["a job by its id",                     "UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN", "UNAUTHENTICATED"],
  ["an application by its id",            "UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN", "UNAUTHENTICATED"],
  ["a talent for a router",               "UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN", "ok",        "UNAUTHENTICATED"],
  ["exams for a router",                  "UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN", "UNAUTHENTICATED"],
  ["a colleague for a router",            "UNAUTHENTICATED", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN", "UNAUTHENTICATED"],
];

/** Queries by name, for the talent, the job and the application of the first marker's first task. */
interface Doors {
  readonly [door: string]: string;
}

function doorsOf(harness: Harness, cursor: string): Doors {
  const [a] = harness.sandbox.world.markers;
  const [task] = a?.tasks ?? [];
  const list = (selection: string, more = "first: 1") =>
    `{ examMarkingTasks(userId: "${a?.ids.open_id}", ${more}) { edges { node { id ${selection} } } } }`;
  const entity = (typeName: string, id: unknown, selection: string) =>
    `{ _entities(representations: [{ __typename: "${typeName}", id: "${id}" }]) { ... on ${typeName} { ${selection} } } }`;
  return {
    "A's list": list(""),
    "A's list by another kind of id": list("", "first: 1").replace(
      `"${a?.ids.open_id}"`,
      `"${a?.ids.union_id}", userIdType: UNION_ID`,
    ),
    "A's list, of nothing": list("", "first: 0"),
    "A's list behind A's cursor": list("", `first: 1, after: "${cursor}"`),
    "A's interviews": `{ interviewTasks(userId: "${a?.ids.open_id}", first: 1) { edges { node { id } } } }`,
    "the viewer's own list":
      "{ viewer { userId examMarkingTasks(first: 1) { edges { node { id talent { name } } } } } }",
    "a talent in A's list": list("talent { name }"),
    "the talent of an application in it": list("application { stage { id } talent { name } }"),
    "exams in A's list": list("exams { score } application { exams { score } }"),
    "an e-mail address in A's list": list("talent { name email }"),
    "a talent by its id": `{ talent(id: "${task?.talent_id}") { name } }`,
    "an e-mail address by a talent's id": `{ talent(id: "${task?.talent_id}") { email } }`,
    "a job by its id": `{ job(id: "${task?.job_id}") { title } }`,
    "an application by its id": `{ application(id: "${task?.application_id}") { stage { id } } }`,
    "a talent for a router": entity("Talent", task?.talent_id, "name"),
    "exams for a router": entity("Application", task?.application_id, "exams { score }"),
    "a colleague for a router": `{ _entities(representations: [{ __typename: "User", id: "${a?.ids.open_id}", idType: "OPEN_ID" }]) { ... on User { name } } }`,
  };
}

describe("authorization", () => {
  let harness: Harness;
  let headers: Record<CallerName, Record<string, string>>;

  async function start(env: Record<string, string> = {}): Promise<Harness> {
    const started = await createSignedInHarness({ env });
    const [a, , , b] = started.sandbox.world.markers;
    const [idA = "", idB = ""] = [a?.ids.open_id, b?.ids.open_id];
    headers = {
      nobody: {},
      A: await signedIn(started, idA),
      B: await signedIn(started, idB),
      read_all: await signedIn(started, idB, ["hire:exam:read_all"]),
      "A with pii": await signedIn(started, idA, ["hire:talent:pii"]),
      "B with hire:talent:read": await signedIn(started, idB, ["hire:talent:read"]),
      "A of another tenant": await signedIn(started, idA, ["hire:exam:read_all"], { tenant: "another" }),
    };
    return started;
  }

  const verdictOf = ({ errors = [] }: ClientAnswer<unknown>): string => errors[0]?.extensions.code ?? "ok";

  it.each([
    ["nothing is cached", {}],
    [
      "another caller's reads are cached",
      {
        CACHE_TTL_TALENT_S: "60",
        CACHE_TTL_JOB_S: "60",
        CACHE_TTL_APPLICATION_S: "60",
        CACHE_TTL_USER_S: "60",
        CACHE_TTL_PAGE_S: "60",
      },
    ],
  ])(
    "gives the same verdict for every query when %s, and a denial makes no call",
    async (_, env) => {
      harness = await start(env);
      const [a] = harness.sandbox.world.markers;
      const first = `{ examMarkingTasks(userId: "${a?.ids.open_id}", first: 1) { pageInfo { endCursor } } }`;
      const { data } = await harness.askText(first, {}, headers.A);
      const doors = doorsOf(harness, data.examMarkingTasks.pageInfo.endCursor);
      // An authorized caller has read everything once: cached data must not bypass authorization.
      const everything = await signedIn(harness, a?.ids.open_id ?? "", [
        "hire:talent:pii",
        "hire:talent:read",
        "hire:job:read",
        "hire:application:read",
        "hire:user:read",
        "hire:interview:read_all",
      ]);
      for (const query of Object.values(doors))
        expect(verdictOf(await harness.askText(query, {}, everything))).toBe("ok");

      for (const [door, ...verdicts] of MATRIX) {
        for (const [i, caller] of CALLERS.entries()) {
          const before = harness.calls();
          const answer = await harness.askText(doors[door] ?? "", {}, headers[caller]);
          expect(`${door} for ${caller}: ${verdictOf(answer)}`).toBe(`${door} for ${caller}: ${verdicts[i]}`);
          const mayCompare = door === "A's list by another kind of id" ? 1 : 0;
          const isRefusedWhole = verdicts[i] !== "ok" && door !== "an e-mail address in A's list";
          if (isRefusedWhole) expect(harness.calls() - before, `${door} for ${caller}`).toBeLessThanOrEqual(mayCompare);
        }
      }
    },
    60_000,
  );

  it("is checked for every caller that joins a read in flight", async () => {
    harness = await start();
    const [a] = harness.sandbox.world.markers;
    const held = harness.sandbox.faults.arm({ kind: "hold", on: { contains: "exam_marking_tasks" } });
    const query = `{ examMarkingTasks(userId: "${a?.ids.open_id}", first: 1) { edges { node { id } } } }`;
    const ownersAnswer = harness.askText(query, {}, headers.A);
    await harness.callsReach(1);
    expect(verdictOf(await harness.askText(query, {}, headers.B))).toBe("FORBIDDEN");
    held.release();
    expect(verdictOf(await ownersAnswer)).toBe("ok");
  });

  it("reports the path and the missing scope, and keeps the rest of the response", async () => {
    harness = await start();
    const [a] = harness.sandbox.world.markers;
    const query = `{ examMarkingTasks(userId: "${a?.ids.open_id}", first: 2) { edges { node { talent { name email } } } } }`;
    const { data, errors } = await harness.askText(query, {}, headers.A);
    expect(data.examMarkingTasks.edges[1].node.talent).toEqual({ name: expect.any(String), email: null });
    expect(errors?.map(({ path, message }) => [path?.join("."), message])).toEqual(
      [0, 1].map((i) => [
        `examMarkingTasks.edges.${i}.node.talent.email`,
        "PII of a candidate requires the scope hire:talent:pii",
      ]),
    );
  });

  it("makes no call for a talent when only denied fields are selected", async () => {
    harness = await start();
    const [a] = harness.sandbox.world.markers;
    const query = `{ examMarkingTasks(userId: "${a?.ids.open_id}", first: 2) { edges { node { talent { email homeAddress } } } } }`;
    const { errors } = await harness.askText(query, {}, headers.A);
    expect(errors).toHaveLength(4);
    expect(harness.calls()).toBe(1);
  });

  it("makes no call for an application when only salaries are selected, and otherwise returns the other fields", async () => {
    harness = await start();
    const [task] = harness.sandbox.world.markers[0]?.tasks ?? [];
    const ask = async (selection: string, scopes: readonly string[]) => {
      const before = harness.calls();
      const signedInAs = await signedIn(harness, "ou_x", ["hire:application:read", ...scopes]);
      const query = `{ application(id: "${task?.application_id}") { ${selection} } }`;
      const { data, errors = [] } = await harness.askText(query, {}, signedInAs);
      return {
        application: data.application,
        paths: errors.map(({ path }) => path?.join(".")),
        calls: harness.calls() - before,
      };
    };
    const salaries = "offer { salary { totalAnnualCash } } agency { salaries { value { zhCn } } }";
    const refused = ["application.offer.salary", "application.agency.salaries"];
    expect(await ask(salaries, [])).toEqual({
      application: { offer: { salary: null }, agency: { salaries: null } },
      paths: refused,
      calls: 0,
    });
    const beside = await ask("stage { id } offer { basic { id } salary { totalAnnualCash } }", []);
    expect(beside).toMatchObject({
      application: { offer: { basic: { id: expect.any(String) }, salary: null } },
      calls: 1,
    });
    expect(beside.paths).toEqual(["application.offer.salary"]);
    const seen = await ask(salaries, ["hire:talent:pii"]);
    expect(seen.application.offer.salary.totalAnnualCash).toEqual(expect.any(String));
    expect(seen).toMatchObject({ paths: [], calls: 1 });
  });

  it.each([
    ["talent { id email }", {}],
    ["application { talent { id email } }", {}],
    ["application { id offer { salary { id } } }", {}],
    ["talent { mobileNumber } job { id }", { JOINT_READS: "on" }],
  ])("makes only the list call when every other field is denied or on the row: %s", async (selection, env) => {
    harness = await start(env);
    const query = `{ viewer { examMarkingTasks(first: 10) { edges { node { ${selection} } } } } }`;
    const { errors } = await harness.askText(query, {}, headers.A);
    expect(errors).toHaveLength(10);
    expect(harness.calls()).toBe(1);
  });

  it("shows a colleague's name to every caller, and contact details only with the scope", async () => {
    harness = await start();
    const query = "{ viewer { examMarkingTasks(first: 1) { edges { node { job { creator { name mobile } } } } } } }";
    const { data, errors } = await harness.askText(query, {}, headers.A);
    expect(data.viewer.examMarkingTasks.edges[0].node.job.creator).toEqual({ name: expect.any(String), mobile: null });
    expect(errors?.map(({ message }) => message)).toEqual(["PII of a colleague requires the scope hire:user:read"]);
    const [a] = harness.sandbox.world.markers;
    const mayRead = await signedIn(harness, a?.ids.open_id ?? "", ["hire:user:read"]);
    expect((await harness.askText(query, {}, mayRead)).errors).toBeUndefined();
  });

  it("shows another author's private note only with the PII scope", async () => {
    harness = await start();
    const [a] = harness.sandbox.world.markers;
    const note = (id: string, creator_id: string, privacy: number) => ({
      id,
      creator_id,
      privacy,
      content: `note ${id}`,
    });
    const note_list_v2 = [note("1", a?.ids.open_id ?? "", 1), note("2", "ou_other", 1), note("3", "ou_other", 2)];
    harness.sandbox.faults.arm({ kind: "merge", data: { note_list_v2 }, on: { contains: "talents/", times: 0 } });
    const query = "{ viewer { examMarkingTasks(first: 1) { edges { node { talent { notes { content } } } } } } }";
    const contents = async (as: Record<string, string>) => {
      const { data } = await harness.askText(query, {}, as);
      const [{ node }] = data.viewer.examMarkingTasks.edges;
      return node.talent.notes.map(({ content }: { content: string | null }) => content);
    };
    expect(await contents(headers.A)).toEqual(["note 1", null, "note 3"]);
    expect(await contents(headers["A with pii"])).toEqual(["note 1", "note 2", "note 3"]);
  });

  it("identifies the viewer by the token and reads their name", async () => {
    harness = await start();
    const [a] = harness.sandbox.world.markers;
    const query =
      "{ viewer { userId idType name scopes examMarkingTasks(first: 50) { edges { node { marker { id } } } } } }";
    const { data } = await harness.askText(query, {}, headers["A with pii"]);
    expect(data.viewer).toMatchObject({
      userId: a?.ids.open_id,
      idType: "OPEN_ID",
      name: a?.name.zh,
      scopes: ["hire:talent:pii"],
    });
    expect(data.viewer.examMarkingTasks.edges).toHaveLength(45);
  });
});
