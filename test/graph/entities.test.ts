import { describe, expect, it } from "vitest";
import { OneOfEachDocument } from "../../examples/generated/graphql.js";
import { MARKER } from "../support/fixtures.js";
import { APPLICATION, createHarness, JOB, TALENT } from "../support/harness.js";

const IDS = { jobId: "7300100000000000000", talentId: "7300200000000000000", applicationId: "7300300000000000000" };

describe("single entities", () => {
  it("are read by Feishu id with one call each", async () => {
    const harness = await createHarness();
    const { job, talent, application } = await harness.query(OneOfEachDocument, IDS);
    expect(job).toEqual({
      title: "后端工程师（支付）",
      activeStatus: "OPEN",
      cities: [{ name: { text: "杭州" } }],
      minSalary: 20,
      maxSalary: 40,
      createTime: "2025-12-02T01:00:00.000Z",
    });
    expect(talent).toMatchObject({ name: "林知夏", topDegree: "BACHELOR" });
    expect(talent?.careers).toEqual([
      { companyName: "青禾科技", title: "工程师", startTime: "2023-07", endTime: "2025-12", ongoing: false },
    ]);
    expect(application).toMatchObject({
      activeStatus: "ACTIVE",
      stage: { name: { text: "笔试" }, type: "WRITTEN_TEST" },
      job: { id: IDS.jobId },
      talent: { id: IDS.talentId },
    });
    expect([harness.calls(JOB), harness.calls(TALENT), harness.calls(APPLICATION)]).toEqual([1, 1, 1]);
  });

  it("are null for an unknown id", async () => {
    const harness = await createHarness();
    const nobody = { jobId: "1", talentId: "2", applicationId: "3" };
    expect(await harness.query(OneOfEachDocument, nobody)).toEqual({ job: null, talent: null, application: null });
  });

  it("are read once when one operation selects them several times", async () => {
    const harness = await createHarness();
    const { data, errors } = await harness.askText(
      `{ a: job(id: "${IDS.jobId}") { title } b: job(id: "${IDS.jobId}") { code }
         application(id: "${IDS.applicationId}") { job { title requirement } } }`,
    );
    expect(errors).toBeUndefined();
    expect(data.a.title).toBe(data.application.job.title);
    expect(harness.calls(JOB)).toBe(1);
  });

  it("have names in the requested language, or in the available one", async () => {
    const harness = await createHarness();
    const { data } = await harness.askText(
      `{ job(id: "${IDS.jobId}") { department { name { zhCn enUs text en: text(locale: EN_US) } } } }`,
    );
    const zhCn = "支付平台部";
    const enUs = "Payments Platform";
    expect(data.job.department.name).toEqual({ zhCn, enUs, text: zhCn, en: enUs });
    harness.sandbox.faults.arm({
      kind: "merge",
      data: { job: { department: { zh_name: "" } } },
      on: { contains: "jobs/" },
    });
    const { data: again } = await harness.askText(`{ job(id: "${IDS.jobId}") { department { name { text } } } }`);
    expect(again.job.department.name.text).toBe(enUs);
  });

  it("return their creator with an id and its type", async () => {
    const harness = await createHarness();
    const { data } = await harness.askText(`{ job(id: "${IDS.jobId}") { creator { id idType } } }`);
    expect(data.job.creator).toEqual({ id: MARKER, idType: "OPEN_ID" });
  });

  it.each([
    ["a number beyond 32 bits", { head_count: 3_000_000_000 }],
    ["a timestamp out of range", { create_timestamp: "99999999999999999999" }],
  ])("are null with an error for %s", async (_, wrong) => {
    const harness = await createHarness();
    harness.sandbox.faults.arm({ kind: "merge", data: { job: wrong }, on: { contains: "jobs/" } });
    const { data, errors } = await harness.askText(`{ job(id: "${IDS.jobId}") { title headCount createTime } }`);
    expect(data.job).toBeNull();
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(["UPSTREAM_CONTRACT"]);
    // A query without the invalid field still succeeds.
    const { data: untouched } = await harness.askText(`{ job(id: "${IDS.jobId}") { title } }`);
    expect(untouched.job.title).toEqual(expect.any(String));
  });

  it("may have dates before the epoch", async () => {
    const harness = await createHarness();
    const basic_info = { birthday: -86_400 };
    harness.sandbox.faults.arm({ kind: "merge", data: { basic_info }, on: { contains: "talents/" } });
    const { data } = await harness.askText(`{ talent(id: "${IDS.talentId}") { birthday } }`);
    expect(data.talent.birthday).toBe("1969-12-31T00:00:00.000Z");
  });

  it("lose one value, not the record, to an unknown code or month", async () => {
    const harness = await createHarness();
    const career_list = [{ start_time: "spring", end_time: "2020-01" }];
    harness.sandbox.faults.arm({ kind: "merge", data: { top_degree: 77, career_list }, on: { contains: "talents/" } });
    const { data, errors } = await harness.askText(
      `{ talent(id: "${IDS.talentId}") { name topDegree careers { startTime endTime } } }`,
    );
    expect(data.talent).toMatchObject({ topDegree: null, careers: [{ startTime: null, endTime: "2020-01" }] });
    expect(errors?.map(({ path, extensions }) => [path?.join("."), extensions.code])).toEqual([
      ["talent.topDegree", "UPSTREAM_CONTRACT"],
      ["talent.careers.0.startTime", "UPSTREAM_CONTRACT"],
    ]);
  });
});

describe("references from other subgraphs", () => {
  const ENTITIES = `query ($representations: [_Any!]!) {
    _entities(representations: $representations) {
      __typename ... on Job { title } ... on Talent { name } ... on Application { jobId } ... on User { id idType }
    }
  }`;

  it("resolve through the same loaders with one call per distinct id", async () => {
    const harness = await createHarness();
    const representations = [
      { __typename: "Job", id: IDS.jobId },
      { __typename: "Job", id: IDS.jobId },
      { __typename: "Talent", id: IDS.talentId },
      { __typename: "Application", id: IDS.applicationId },
      { __typename: "User", id: "ou_1", idType: "OPEN_ID" },
    ];
    const { data, errors } = await harness.askText(ENTITIES, { representations });
    expect(errors).toBeUndefined();
    expect(data._entities).toEqual([
      { __typename: "Job", title: "后端工程师（支付）" },
      { __typename: "Job", title: "后端工程师（支付）" },
      { __typename: "Talent", name: "林知夏" },
      { __typename: "Application", jobId: IDS.jobId },
      { __typename: "User", id: "ou_1", idType: "OPEN_ID" },
    ]);
    expect(harness.calls()).toBe(3);
  });

  it("are estimated despite extra fields, and rejected without a __typename string", async () => {
    const harness = await createHarness({ env: { MAX_OPERATION_COST: "2" } });
    const talents = Array.from({ length: 3 }, (_, n) => ({ __typename: "Talent", id: `${n}`, idType: "x" }));
    const tooMany = await harness.askText(ENTITIES, { representations: talents });
    expect(tooMany.errors?.map(({ extensions }) => extensions.code)).toEqual(["COST_LIMIT_EXCEEDED"]);
    const odd = [["Talent"], { toString: 1 }, null].map((__typename) => ({ __typename, id: IDS.talentId }));
    const good = { __typename: "Talent", id: IDS.talentId };
    const { data, errors } = await harness.askText(ENTITIES, { representations: [...odd, good] });
    expect(data._entities).toEqual([null, null, null, { __typename: "Talent", name: "林知夏" }]);
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(Array(3).fill("BAD_USER_INPUT"));
    expect(harness.calls()).toBe(1);
  });

  it("are read once per distinct id, with users of one id type in one call, despite failures of others", async () => {
    const harness = await createHarness();
    const talents = [...new Set(harness.sandbox.world.markers[0]?.tasks.map(({ talent_id }) => talent_id))].slice(
      0,
      30,
    );
    const users = harness.sandbox.world.markers.map(({ ids }) => ({ __typename: "User", openId: ids.open_id }));
    const representations = [
      ...Array.from({ length: 50 }, (_, n) => ({ __typename: "Talent", id: talents[n % 30] })),
      ...users,
      { __typename: "Talent", id: "1" },
      { __typename: "User", openId: "" },
      { __typename: "User", id: "ou_1" },
    ];
    const outage = { kind: "status", httpStatus: 500, code: 1002001 } as const;
    harness.sandbox.faults.arm({ ...outage, on: { contains: `talents/${talents[7]}`, times: 0 } });
    const query = ENTITIES.replace("... on User { id idType }", "... on User { id idType name }");
    const { data, errors } = await harness.askText(query, { representations });
    const names = data._entities.map((entity: { name?: string } | null) => entity?.name ?? null);
    expect(names.slice(0, 50).filter((name: string | null) => name === null)).toHaveLength(2);
    expect(names.slice(50, 50 + users.length)).not.toContain(null);
    expect(names.slice(50 + users.length)).toEqual([null, null, null]);
    expect(errors?.map(({ path, extensions }) => `${path?.join(".")} ${extensions.code}`).toSorted()).toEqual(
      [
        "_entities.7 UPSTREAM_UNAVAILABLE",
        "_entities.37 UPSTREAM_UNAVAILABLE",
        `_entities.${51 + users.length} BAD_USER_INPUT`,
        `_entities.${52 + users.length} BAD_USER_INPUT`,
      ].toSorted(),
    );
    // 30 talents, one retry of the failing talent, one missing talent; one call for all users.
    expect([harness.calls(TALENT), harness.calls("/users/batch")]).toEqual([32, 1]);
  });

  it("are null when unknown and an error when malformed, each independently", async () => {
    const harness = await createHarness();
    const representations = [
      { __typename: "Job", id: "1" },
      { __typename: "Talent", id: "../1" },
      { __typename: "Job", id: IDS.jobId },
    ];
    const { data, errors } = await harness.askText(ENTITIES, { representations });
    expect(data._entities).toEqual([null, null, { __typename: "Job", title: "后端工程师（支付）" }]);
    expect(errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
      [["_entities", 1], "BAD_USER_INPUT"],
    ]);
    expect(harness.calls()).toBe(2);
  });
});
