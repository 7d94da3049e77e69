import { readdirSync, readFileSync } from "node:fs";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { TALENT_PII } from "../../../src/authz/pii.js";
import { Secret } from "../../../src/core/secret.js";
import type { Call } from "../../../src/feishu/call.js";
import type { Send } from "../../../src/feishu/client.js";
import { classify, type UpstreamErrorCode } from "../../../src/feishu/errors.js";
import { getApplication } from "../../../src/feishu/hire/application.js";
import { getJob } from "../../../src/feishu/hire/job.js";
import { getTalent } from "../../../src/feishu/hire/talent.js";
import { listTasks } from "../../../src/feishu/hire/tasks.js";

const EXAMPLES = new URL("../../support/feishu/examples/", import.meta.url);
const example = (name: string) => JSON.parse(readFileSync(new URL(`${name}.json`, EXAMPLES), "utf8"));
const { signal } = new AbortController();
const context = { caller: "test", deadlineMs: Number.POSITIVE_INFINITY, signal };
const upstream = { endpoint: "GET /documented", httpStatus: 200, code: 0, logId: null };

/** Returns a `send` that decodes a documented body as the client does. */
const answering = (body: { data: unknown }): Send => {
  const bytes = Buffer.from(JSON.stringify(body));
  return (async <T>(call: Call<T>) => call.decode.decode(body.data, upstream, bytes)) as Send;
};

describe("documented bodies", () => {
  it("decode to a page of tasks", async () => {
    const filter = { userId: "ou_1", userIdType: "open_id", activityStatus: null } as const;
    const page = await listTasks(
      answering(example("exam_marking_tasks.page1")),
      "examMarkingTasks",
      filter,
      null,
      context,
    );
    expect(page).toMatchObject({ hasMore: true, pageToken: expect.stringMatching(/^eyJ/) });
    expect(page.items[0]).toEqual({
      id: "7300900000000000001",
      jobId: "7300100000000000102",
      talentId: "7300200000000000001",
      applicationId: "7300300000000000001",
      activityStatus: 2,
    });
    const empty = await listTasks(
      answering(example("exam_marking_tasks.empty")),
      "examMarkingTasks",
      filter,
      null,
      context,
    );
    expect(empty).toEqual({ items: [], hasMore: false, pageToken: null });
  });

  it("decode to a job with every field of the graph", async () => {
    const job = (await getJob(answering(example("job.get.v1")), "1", context))?.all();
    expect(Object.entries(job ?? {}).filter(([, value]) => value === null || value === undefined)).toEqual([]);
    expect(job).toMatchObject({
      title: "Backend Engineer (Payments)",
      createTime: 1735690980000,
      process: { id: "1" },
    });
  });

  it("decode to a talent, whose birthday is documented in seconds", async () => {
    const talent = (await getTalent(answering(example("talent.get.v2")), "1", context))?.all();
    expect(Object.entries(talent ?? {}).filter(([, value]) => value === null || value === undefined)).toEqual([]);
    expect(talent?.birthday?.reveal()).toBe(1735689600_000);
    expect(talent).toMatchObject({ name: "林知夏", createTime: 1735691100000 });
    expect(talent?.educations[0]).toMatchObject({ startTime: "2019-09", endTime: "2023-06", ongoing: false });
  });

  it("keep a talent's PII out of printed forms", async () => {
    const answer = await getTalent(answering(example("talent.get.v2")), "1", context);
    const talent = answer?.all() as unknown as Record<string, unknown>;
    for (const field of TALENT_PII) expect(talent[field], field).toBeInstanceOf(Secret);
    const personal = ["mobileNumber", "email", "identificationNumber", "homeAddress"].map((field) =>
      (talent[field] as Secret).reveal(),
    );
    for (const print of [JSON.stringify(talent), inspect(talent, { depth: 9 }), JSON.stringify({ ...talent })]) {
      for (const value of personal) expect(print).not.toContain(value);
    }
  });

  it("decode to an application", async () => {
    const application = (await getApplication(answering(example("application.get.v1")), "1", context))?.all();
    expect(Object.entries(application ?? {}).filter(([, value]) => value === null || value === undefined)).toEqual([]);
    expect(application).toMatchObject({ stage: { type: 3, name: { enUs: "Written test" } }, deliveryType: 1 });
  });

  it("may lack every field but the id: a missing permission removes them silently", async () => {
    const job = (await getJob(answering({ data: { job: { id: "7" } } }), "7", context))?.all();
    expect(job).toMatchObject({ id: "7", title: null, highlights: [], creator: null, process: null });
    const talent = (await getTalent(answering({ data: { talent_id: "8" } }), "8", context))?.all();
    expect(talent).toMatchObject({ id: "8", name: null, tags: [] });
  });

  it("may have unknown fields", async () => {
    const job = (
      await getJob(answering({ data: { job: { id: "7", brand_new: { deep: [1] } }, more: 1 } }), "7", context)
    )?.all();
    expect(job?.id).toBe("7");
  });

  it("report the path of a wrong type without its value", async () => {
    const wrong = answering({ data: { job: { id: "7", recruitment_type: { id: 4711 } } } });
    const failure = getJob(wrong, "7", context).then((answer) => answer?.pick(new Set(["recruitmentType"])));
    await expect(failure).rejects.toMatchObject({ code: "UPSTREAM_CONTRACT", upstream });
    await expect(failure).rejects.toThrow("job.recruitment_type.id");
    await expect(failure).rejects.not.toThrow("4711");
  });

  it("are decoded only as far as selected, and again for a larger selection", async () => {
    const answer = await getTalent(answering(example("talent.get.v2")), "1", context);
    expect(answer?.pick(new Set(["id", "name"]))).toEqual({ id: answer?.id, name: "林知夏" });
    const kept = answer?.materialize();
    for (const source of [answer, kept, kept])
      expect(source?.pick(new Set(["age"]))).toEqual({ age: answer?.all().age });
    expect(kept?.all()).toEqual(answer?.all());
  });

  it("distinguish 'until now' from a month", async () => {
    const career_list = [{ start_time: "2023-07", end_time: "-" }];
    const talent = (
      await getTalent(answering({ data: { talent_id: "8", basic_info: {}, career_list } }), "8", context)
    )?.all();
    expect(talent?.careers[0]).toMatchObject({ startTime: "2023-07", endTime: null, ongoing: true });
  });
});

describe("documented errors", () => {
  const EXPECTED: Readonly<Record<string, UpstreamErrorCode>> = {
    "error.1002001.system": "UPSTREAM_UNAVAILABLE",
    "error.1002002.parameter": "UPSTREAM_BAD_REQUEST",
    "error.1002102.talent_not_found": "UPSTREAM_BAD_REQUEST",
    "error.1002201.application_not_found": "UPSTREAM_BAD_REQUEST",
    "error.1002601.job_not_found": "UPSTREAM_BAD_REQUEST",
    "error.41050.no_user_authority": "UPSTREAM_PERMISSION_MISSING",
    "error.99991400.rate_limited": "UPSTREAM_RATE_LIMITED",
    "error.99991400.rate_limited.legacy400": "UPSTREAM_RATE_LIMITED",
    "error.99991403.monthly_quota": "UPSTREAM_QUOTA_EXHAUSTED",
    "error.99991661.token_missing": "UPSTREAM_UNAVAILABLE",
    "error.99991663.token_invalid": "UPSTREAM_UNAVAILABLE",
    "error.99991671.token_format": "UPSTREAM_UNAVAILABLE",
    "error.99991672.scope_missing": "UPSTREAM_PERMISSION_MISSING",
    "error.99992361.open_id_cross_app": "UPSTREAM_BAD_REQUEST",
    "error.99992402.field_validation": "UPSTREAM_BAD_REQUEST",
  };
  const samples = readdirSync(EXAMPLES)
    .filter((name) => name.startsWith("error."))
    .map((name) => name.replace(/\.json$/, ""));

  it("each have an expected code here", () => expect(samples.sort()).toEqual(Object.keys(EXPECTED).sort()));

  it.each(samples)("include %s, classified by code even with HTTP 200", (name) => {
    const { _http, body } = example(name);
    for (const status of [_http.status, 200]) expect(classify(body.code, status)).toBe(EXPECTED[name]);
  });

  it("with unknown codes are classified by their HTTP status", () => {
    expect(classify(123456, 500)).toBe("UPSTREAM_UNAVAILABLE");
    expect(classify(123456, 429)).toBe("UPSTREAM_RATE_LIMITED");
    expect(classify(123456, 200)).toBe("UPSTREAM_BAD_REQUEST");
  });
});
