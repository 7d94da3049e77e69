import { describe, expect, it } from "vitest";
import { createFakeClock } from "../support/fake-clock.js";
import { MARKER } from "../support/fixtures.js";
import { DetailsOfTasksDocument } from "../support/generated/operations.js";
import { createHarness, JOB } from "../support/harness.js";

const JOBS = "/hire/v1/jobs";
const MINUTE = 60_000;
const JOB_ID = "7300100000000000000";

async function createMirrored() {
  const clock = createFakeClock(Date.UTC(2026, 2, 2, 1));
  const harness = await createHarness({ env: { JOB_MIRROR: "on", REQUEST_DEADLINE_MS: "600000" }, clock });
  // The loop sleeps once the first copy is complete.
  await clock.sleeping(MINUTE);
  return { clock, harness, job: (below: string) => harness.askText(`{ job(id: "${JOB_ID}") { ${below} } }`) };
}

describe("the job mirror", () => {
  it("serves steady traffic without single job reads", async () => {
    const { harness, job } = await createMirrored();
    expect(harness.calls(JOBS)).toBe(1);
    const userId = MARKER;
    const { examMarkingTasks } = await harness.query(DetailsOfTasksDocument, { userId, first: 20 });
    expect(examMarkingTasks.edges.every(({ node }) => node?.job?.title)).toBe(true);
    expect((await job("title recruiter { name }")).data.job.recruiter.name).toEqual(expect.any(String));
    expect([harness.calls(JOB), harness.calls(`${JOB}/get_detail`)]).toEqual([0, 1]);
  });

  it("falls back to single reads for fields and jobs that it lacks", async () => {
    const { harness, job } = await createMirrored();
    expect((await job("customFields { objectId }")).data.job.customFields).toHaveLength(1);
    expect((await harness.askText(`{ job(id: "1") { title } }`)).data.job).toBeNull();
    expect(harness.calls(JOB)).toBe(2);
  });

  it("reads only changed jobs every minute", async () => {
    const { clock, harness } = await createMirrored();
    const urls: string[] = [];
    harness.sandbox.events.on("call", (_, url) => urls.push(String(url)));
    await clock.advance(MINUTE);
    await expect.poll(() => urls.length).toBe(1);
    expect(urls[0]).toMatch(/update_start_time=\d{13}/);
  });

  it("is bypassed after five minutes without a successful refresh", async () => {
    const { clock, harness, job } = await createMirrored();
    const LIST = `GET /open-apis${JOBS}`;
    harness.sandbox.faults.arm({ kind: "status", httpStatus: 400, code: 99991672, on: { endpoint: LIST, times: 0 } });
    for (let minute = 1; minute <= 4; minute++) {
      await clock.advance(MINUTE);
      await clock.sleeping(MINUTE);
    }
    await job("title");
    expect(harness.calls(JOB)).toBe(0);
    for (let minute = 5; minute <= 6; minute++) {
      await clock.advance(MINUTE);
      await clock.sleeping(MINUTE);
    }
    expect((await job("title")).data.job.title).toEqual(expect.any(String));
    expect(harness.calls(JOB)).toBe(1);
    await harness.logged("Job mirror refresh failed");
  });
});
