import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createArrivalEstimate } from "../../src/rate-limit/arrival-estimate.js";
import { createQuotaKeeper, type QuotaMode } from "../../src/sandbox/quotas.js";
import { createFakeClock } from "../support/fake-clock.js";
import { createArrival, limiterOf } from "../support/limiter.js";
import { neverAborted } from "../support/upstream.js";

const JOB = "GET /jobs/:id";
const QUOTA = [
  { limit: 5, windowMs: 1000 },
  { limit: 20, windowMs: 6000 },
];

describe("calls that count until their latest arrival", () => {
  it("exceed no window while they arrive within the bound, for any phase of the upstream's windows", async () => {
    const call = fc.record({
      toConnectMs: fc.nat({ max: 300 }),
      wayMs: fc.nat({ max: 90 }),
      answerMs: fc.integer({ min: 5, max: 5000 }),
    });
    const mode = fc.constantFrom<QuotaMode>("sliding", "fixed");
    await fc.assert(
      fc.asyncProperty(
        fc.array(call, { minLength: 1, maxLength: 60 }),
        mode,
        fc.nat({ max: 6000 }),
        async (calls, how, phase) => {
          const clock = createFakeClock(1_000_000);
          const keeper = createQuotaKeeper(() => clock.now(), { [JOB]: QUOTA }, how, phase);
          // Half of the round trip plus the margin is 100 ms.
          const limiter = limiterOf(clock, JOB, QUOTA, { arrival: createArrival(clock, 100) });
          let throttled = 0;
          let arrived = 0;
          const make = async ({ toConnectMs, wayMs, answerMs }: (typeof calls)[number]): Promise<void> => {
            const context = { caller: "test", deadlineMs: Number.POSITIVE_INFINITY, signal: neverAborted() };
            const permit = await limiter.acquire(JOB, context);
            await clock.sleep(toConnectMs);
            permit.sent();
            await clock.sleep(Math.min(wayMs, answerMs));
            arrived += 1;
            if (!keeper.admit(JOB, "app").allowed) throttled += 1;
            await clock.sleep(Math.max(0, answerMs - wayMs));
            permit.end();
          };
          for (const one of calls) void make(one);
          await clock.advance(120_000);
          expect({ throttled, arrived }).toEqual({ throttled: 0, arrived: calls.length });
        },
      ),
      { numRuns: 60 },
    );
  });

  it("still count while later calls have arrival times in the future", async () => {
    const clock = createFakeClock(0);
    const limiter = limiterOf(clock, JOB, [{ limit: 2, windowMs: 1000 }], { arrival: createArrival(clock, 200) });
    const starts: number[] = [];
    const make = async (): Promise<void> => {
      const context = { caller: "test", deadlineMs: Number.POSITIVE_INFINITY, signal: neverAborted() };
      const permit = await limiter.acquire(JOB, context);
      starts.push(clock.now());
      permit.sent();
    };
    void make();
    await clock.advance(1100);
    for (let i = 0; i < 4; i++) void make();
    await clock.advance(2000);
    // Each call counts for 1020 ms after its latest possible arrival, which is 150 ms after its start.
    expect(starts).toEqual([0, 1100, 1170, 2270, 2340]);
  });

  it.each([
    [4, 0.96],
    [200, 0.92],
    [10_000, 0.87],
  ])("with responses after %i ms use at least %d of the quota", async (answerMs, part) => {
    const clock = createFakeClock(0);
    const limiter = limiterOf(clock, JOB, [{ limit: 20, windowMs: 1000 }]);
    let started = 0;
    const make = async (): Promise<void> => {
      const context = { caller: "test", deadlineMs: Number.POSITIVE_INFINITY, signal: neverAborted() };
      const permit = await limiter.acquire(JOB, context);
      permit.sent();
      started += 1;
      await clock.sleep(answerMs);
      permit.end();
    };
    for (let i = 0; i < 500; i++) void make();
    await clock.advance(20_000);
    expect(started).toBeGreaterThanOrEqual(part * 400);
  });
});

describe("the arrival bound", () => {
  it("is null before the first round trip, so that calls count until their end", () => {
    const estimate = createArrivalEstimate(() => 0);
    expect(estimate.boundMs()).toBeNull();
    estimate.recordRoundTrip(30);
    estimate.recordRoundTrip(80);
    // In flight a call counts for at least 100 ms; after its end, up to its end if that came sooner.
    expect(estimate.boundMs()).toBe(100);
    expect([5, 100, 101, 5000].map(estimate.arrivedWithinMs)).toEqual([5, 100, 65, 65]);
  });

  it("grows after a throttled response: calls count until their end for a minute, then with twice the margin", () => {
    let now = 0;
    const heard: number[] = [];
    const estimate = createArrivalEstimate(
      () => now,
      ({ marginMs }) => heard.push(marginMs),
    );
    estimate.recordRoundTrip(0);
    estimate.recordExcess();
    estimate.recordExcess();
    expect([estimate.boundMs(), estimate.state().countsToEnd, heard]).toEqual([null, true, [100]]);
    now = 60_000;
    expect([estimate.boundMs(), estimate.state().countsToEnd]).toEqual([100, false]);
    expect(estimate.arrivedWithinMs(5000)).toBe(100);
    now = 600_000;
    expect([estimate.boundMs(), estimate.arrivedWithinMs(5000)]).toEqual([100, 50]);
  });

  it("never exceeds its largest margin, and follows changes of the round trip", () => {
    let now = 0;
    const estimate = createArrivalEstimate(() => now);
    estimate.recordRoundTrip(10);
    for (let i = 0; i < 10; i++) {
      estimate.recordExcess();
      now += 60_000;
    }
    expect(estimate.state().marginMs).toBe(800);
    now += 600_000;
    estimate.recordRoundTrip(200);
    now += 600_000;
    estimate.recordRoundTrip(200);
    expect(estimate.boundMs()).toBeGreaterThanOrEqual(100 + 50);
  });
});
