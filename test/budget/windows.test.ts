import fc from "fast-check";
import { expect, it } from "vitest";
import { delayUntilFree, type RateWindow } from "../../src/budget/windows.js";

const windows: readonly RateWindow[] = [
  { limit: 5, windowMs: 100 },
  { limit: 12, windowMs: 1000 },
];

it("keeps every sliding window within its limit, wherever it begins", () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 200 }), { minLength: 1, maxLength: 60 }), (gaps) => {
      const starts: number[] = [];
      let now = 0;
      for (const gap of gaps) {
        now += gap;
        const delay = delayUntilFree(starts, now, windows);
        now += delay;
        expect(delayUntilFree(starts, now, windows)).toBe(0);
        starts.push(now);
      }
      for (const { limit, windowMs } of windows) {
        for (const from of starts) {
          expect(starts.filter((at) => at >= from && at < from + windowMs).length).toBeLessThanOrEqual(limit);
        }
      }
    }),
  );
});

it("never waits where there is no window", () => {
  expect(delayUntilFree([1, 1, 1], 1, [])).toBe(0);
});
