import { describe, expect, it } from "vitest";
import { startSandbox } from "../../src/sandbox/server.js";
import { createFakeClock, whileTimePasses } from "../support/fake-clock.js";
import { MARKER } from "../support/fixtures.js";
import { APPLICATION, createHarness, type Harness, type HarnessOptions, JOB, TALENT } from "../support/harness.js";

const DETAIL = "/hire/v1/applications/:application_id/get_detail";
const SUMMARIES = "job { title code } talent { name email } application { stage { id } owner { id } }";

const joint = (options: HarnessOptions = {}) =>
  createHarness({ quotas: "documented", ...options, env: { JOINT_READS: "on", ...options.env } });

const askFirst = (harness: Harness, first: number, below: string) =>
  harness.askText(`{ examMarkingTasks(userId: "${MARKER}", first: ${first}) { edges { node { ${below} } } } }`);

const calls = (harness: Harness) => [JOB, TALENT, APPLICATION, DETAIL].map((endpoint) => harness.calls(endpoint));

describe("joint reads", () => {
  it("take one call a row instead of three, with the same answer", async () => {
    const harness = await joint();
    const plain = await createHarness();
    const { data, errors } = await askFirst(harness, 8, SUMMARIES);
    expect(errors).toBeUndefined();
    expect(calls(harness)).toEqual([0, 0, 0, 8]);
    expect(data).toEqual((await askFirst(plain, 8, SUMMARIES)).data);
  });

  it("are not used without remaining quota, for fields they lack, or when they save no calls", async () => {
    for (const [first, below, expected] of [
      [20, SUMMARIES, [6, 20, 0, 20]],
      [8, `${SUMMARIES} again: talent { age }`, [6, 8, 0, 8]],
      [8, "job { title }", [6, 0, 0, 0]],
    ] as const) {
      const clock = createFakeClock();
      const sandbox = await startSandbox({ now: () => clock.now() });
      const harness = await joint({ clock, sandbox });
      await whileTimePasses(clock, askFirst(harness, first, below));
      expect(calls(harness), below).toEqual(expected);
      expect(harness.sandbox.throttledCalls()).toBe(0);
    }
  });

  it("are not used for cached entities", async () => {
    const held = { CACHE_TTL_JOB_S: "300", CACHE_TTL_TALENT_S: "60", CACHE_TTL_APPLICATION_S: "30" };
    const harness = await joint({ env: held });
    const below = "job { title requirement } talent { name age } application { stage { id } }";
    await askFirst(harness, 8, below);
    await askFirst(harness, 8, "job { title } talent { name } application { stage { id } }");
    expect(calls(harness)).toEqual([6, 8, 8, 0]);
  });

  it("fall back to single reads when they fail or return nothing", async () => {
    for (const fault of [
      { kind: "status", httpStatus: 400, code: 99991672 },
      { kind: "merge", data: { application_detail: { talent: null } } },
    ] as const) {
      const harness = await joint();
      harness.sandbox.faults.arm({ ...fault, on: { contains: "get_detail", times: 0 } });
      const { data, errors } = await askFirst(harness, 4, "job { title } talent { name } application { stage { id } }");
      expect(errors).toBeUndefined();
      expect(data.examMarkingTasks.edges.every(({ node }: { node: { talent: object } }) => node.talent)).toBe(true);
      expect(harness.calls(TALENT)).toBe(4);
    }
  });
});
