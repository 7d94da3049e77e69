import { expect, it } from "vitest";
import { delayUntilFree, type RateWindow } from "../../src/budget/windows.js";

const second: RateWindow = { limit: 3, windowMs: 1000 };
const minute: RateWindow = { limit: 5, windowMs: 60_000 };

it.each([
  ["nothing has been called", { inFlight: 0, endsMs: [] }, 0],
  ["there is room beside those in flight", { inFlight: 2, endsMs: [] }, 0],
  ["all places are in flight: one has to end", { inFlight: 3, endsMs: [] }, Number.POSITIVE_INFINITY],
  ["all places ended lately: the oldest has to leave the window", { inFlight: 0, endsMs: [400, 700, 900] }, 400],
  ["some are in flight: the one that ended longest ago leaves a place", { inFlight: 1, endsMs: [100, 700, 900] }, 700],
  ["the longer window is full", { inFlight: 0, endsMs: [-9000, -8000, -7000, -6000, -5000] }, 50_000],
  ["older calls do not count", { inFlight: 0, endsMs: [-99_000, -90_000, -80_000, -70_000, -65_000] }, 0],
])("the wait when %s", (_, history, delay) => {
  expect(delayUntilFree(history, 1000, [second, minute])).toBe(delay);
});

it("never waits where there is no window", () => {
  expect(delayUntilFree({ inFlight: 9, endsMs: [1, 1, 1] }, 1, [])).toBe(0);
});
