import { expect, it } from "vitest";
import { createJobMirror } from "../../src/loaders/job-mirror.js";
import { createFakeClock } from "../support/fake-clock.js";

it("the job mirror drops deleted jobs at the full read each hour", async () => {
  const clock = createFakeClock();
  const asked: number[] = [];
  let whole = ["1", "2"];
  const mirror = createJobMirror({
    clock,
    maxAgeMs: 24 * 3_600_000,
    listJobs: async (sinceMs) => {
      asked.push(sinceMs);
      return (sinceMs === 0 ? whole : []).map((id) => ({ id })) as never;
    },
  });
  await mirror.refresh();
  whole = ["2"];
  await clock.advance(60_000);
  await mirror.refresh();
  expect(mirror.get("1")).toEqual({ id: "1" });
  await clock.advance(3_600_000);
  await mirror.refresh();
  expect([mirror.get("1"), mirror.get("2")]).toEqual([null, { id: "2" }]);
  expect(asked.map((since) => since === 0)).toEqual([true, false, true]);
});
