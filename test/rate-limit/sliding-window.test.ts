import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ArrivalLog } from "../../src/rate-limit/arrival-log.js";
import { delayUntilEven } from "../../src/rate-limit/even-spending.js";
import { delayUntilFree, type RateWindow } from "../../src/rate-limit/sliding-window.js";
import { estimateWaitMs } from "../../src/rate-limit/wait-estimate.js";

const second: RateWindow = { limit: 3, windowMs: 1000 };
const minute: RateWindow = { limit: 5, windowMs: 60_000 };

function callsAt(arrivedMs: readonly number[], pending = 0) {
  const arrivals = new ArrivalLog();
  for (const ms of arrivedMs) arrivals.add(ms);
  return { pending, arrivals };
}

describe("the delay until a slot is free", () => {
  it.each([
    ["no call was made", 0, [], 0],
    ["slots are free beside pending calls", 2, [], 0],
    ["all slots are pending: one has to be sent or end", 3, [], Number.POSITIVE_INFINITY],
    ["all slots are in use: the oldest arrival has to leave the window", 0, [400, 700, 900], 400],
    ["some are pending: the oldest arrival leaves a slot", 1, [100, 700, 900], 700],
    ["the longer window is full", 0, [-9000, -8000, -7000, -6000, -5000], 50_000],
    ["older calls do not count", 0, [-99_000, -90_000, -80_000, -70_000, -65_000], 0],
    ["calls have yet to arrive", 0, [1040, 1040, 1040], 1040],
  ])("is right when %s", (_, pending, arrivedMs, delay) => {
    expect(delayUntilFree(callsAt(arrivedMs, pending), 1000, [second, minute])).toBe(delay);
  });

  it("is zero without a window", () => {
    expect(delayUntilFree(callsAt([1, 1, 1], 9), 1, [])).toBe(0);
  });
});

describe("the log of arrivals", () => {
  it("matches a plain list for any sequence of adding, lowering and dropping", () => {
    const step = fc.oneof(
      fc.record({ add: fc.nat({ max: 50 }) }),
      fc.record({ lowerLatestBy: fc.nat({ max: 80 }) }),
      fc.record({ forget: fc.nat({ max: 200 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const log = new ArrivalLog();
        let plain: number[] = [];
        let latest = -1;
        for (const one of steps) {
          const newest = plain.at(-1) ?? 0;
          if ("add" in one) {
            latest = log.add(newest + one.add);
            plain.push(newest + one.add);
          } else if ("lowerLatestBy" in one && plain.length > 0) {
            const lowered = Math.max(newest - one.lowerLatestBy, plain.at(-2) ?? Number.NEGATIVE_INFINITY);
            log.lower(latest, newest - one.lowerLatestBy);
            plain[plain.length - 1] = lowered;
          } else if ("forget" in one) {
            log.dropUntil(newest - one.forget);
            plain = plain.filter((at) => at > newest - one.forget);
          }
          const middle = plain[Math.floor(plain.length / 2)] ?? 0;
          expect(log.size).toBe(plain.length);
          expect(log.countAfter(middle)).toBe(plain.filter((at) => at > middle).length);
          expect(log.newest(1 + Math.floor(plain.length / 3))).toBe(plain.at(-1 - Math.floor(plain.length / 3)));
        }
      }),
    );
  });
});

describe("the estimate of a wait", () => {
  /** Returns the wait in a simulated queue where each call starts as soon as the window allows it. */
  function plainWait(arrivedMs: readonly number[], nowMs: number, window: RateWindow, place: number): number {
    const calls = callsAt(arrivedMs);
    let startMs = nowMs;
    for (let i = 0; i <= place; i++) {
      startMs += delayUntilFree(calls, startMs, [window]);
      calls.arrivals.add(startMs);
    }
    return startMs - nowMs;
  }

  it("matches a queue simulated call by call", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -2000, max: 0 }), { maxLength: 40 }),
        fc.integer({ min: 1, max: 20 }),
        fc.nat({ max: 100 }),
        (times, limit, place) => {
          const window = { limit, windowMs: 1000 };
          // Keeps only the arrivals that the window itself allows.
          const arrivedMs: number[] = [];
          for (const ms of times.toSorted((a, b) => a - b)) {
            if (delayUntilFree(callsAt(arrivedMs), ms, [window]) === 0) arrivedMs.push(ms);
          }
          expect(estimateWaitMs(callsAt(arrivedMs), 0, [window], place)).toBe(plainWait(arrivedMs, 0, window, place));
        },
      ),
    );
  });

  it("is infinite for a window with a limit of 0", () => {
    expect(estimateWaitMs(callsAt([]), 0, [{ limit: 0, windowMs: 1000 }], 0)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("a long window under lasting load", () => {
  it("is spent completely and never stalls, after any earlier usage", () => {
    const burst = fc.record({ afterMs: fc.nat({ max: 20_000 }), calls: fc.nat({ max: 60 }) });
    fc.assert(
      fc.property(fc.array(burst, { maxLength: 6 }), (bursts) => {
        const window = { limit: 100, windowMs: 10_000 };
        const calls = callsAt([]);
        let now = 0;
        let lastStartMs = Number.NEGATIVE_INFINITY;
        const startIfFree = (): boolean => {
          const waitMs = Math.max(
            delayUntilFree(calls, now, [window]),
            delayUntilEven(calls, now, window, lastStartMs),
          );
          if (waitMs > 0) return false;
          calls.arrivals.add(now);
          lastStartMs = now;
          return true;
        };
        for (const { afterMs, calls: wanted } of bursts) {
          now += afterMs;
          for (let i = 0; i < wanted; i++) if (!startIfFree()) break;
        }
        const starts: number[] = [now];
        const beganMs = now;
        for (; now < beganMs + 40_000; now += 5) while (startIfFree()) starts.push(now);
        const gaps = starts.slice(1).map((at, i) => at - (starts[i] ?? at));
        expect(Math.max(...gaps)).toBeLessThanOrEqual(1000);
        expect(starts.filter((at) => at >= beganMs + 10_000).length).toBeGreaterThanOrEqual(0.95 * 300);
      }),
      { numRuns: 50 },
    );
  });
});
