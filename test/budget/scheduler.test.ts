import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createScheduler, type Scheduler } from "../../src/budget/scheduler.js";
import { createFakeClock, type FakeClock } from "../support/fake-clock.js";
import { neverAborted } from "../support/upstream.js";

const JOB = "GET /jobs/:id";
const never = neverAborted();

/** How long one call takes to arrive, and from there to its end. */
interface Latency {
  readonly toArriveMs: number;
  readonly toEndMs: number;
}
const AT_ONCE: Latency = { toArriveMs: 0, toEndMs: 0 };

/** Makes calls at once, each with its latency, and notes when each arrives at the upstream. */
function makeCalls(scheduler: Scheduler, clock: FakeClock, latencies: readonly Latency[], signal = never): number[] {
  const arrivals: number[] = [];
  const call = async ({ toArriveMs, toEndMs }: Latency): Promise<void> => {
    const release = await scheduler.acquire(JOB, signal);
    await clock.sleep(toArriveMs);
    arrivals.push(clock.now());
    await clock.sleep(toEndMs);
    release();
  };
  const refused = (): void => {};
  for (const latency of latencies) call(latency).catch(refused);
  return arrivals;
}

const times = (count: number): Latency[] => Array.from({ length: count }, () => AT_ONCE);

describe("a scheduler", () => {
  it("never lets more calls arrive in any window than its limit, however late and unevenly they arrive", async () => {
    const latency = fc.record({ toArriveMs: fc.nat({ max: 700 }), toEndMs: fc.nat({ max: 300 }) });
    const windows = [
      { limit: 5, windowMs: 1000 },
      { limit: 12, windowMs: 5000 },
    ];
    await fc.assert(
      fc.asyncProperty(fc.array(latency, { minLength: 1, maxLength: 30 }), async (latencies) => {
        const clock = createFakeClock(0);
        const arrivals = makeCalls(createScheduler(clock, new Map([[JOB, windows]])), clock, latencies);
        await clock.advance(60_000);
        expect(arrivals).toHaveLength(latencies.length);
        for (const { limit, windowMs } of windows) {
          for (const from of arrivals) {
            expect(arrivals.filter((at) => at >= from && at < from + windowMs).length).toBeLessThanOrEqual(limit);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it("uses the whole quota when calls are quick", async () => {
    const clock = createFakeClock(0);
    const scheduler = createScheduler(clock, new Map([[JOB, [{ limit: 20, windowMs: 1000 }]]]));
    const arrivals = makeCalls(scheduler, clock, times(100));
    await clock.advance(4 * 1020);
    expect(arrivals).toHaveLength(100);
  });

  it("does not hold back endpoints without a quota", async () => {
    const clock = createFakeClock(0);
    const arrivals = makeCalls(createScheduler(clock, new Map()), clock, times(500));
    await clock.advance(0);
    expect(arrivals).toHaveLength(500);
  });

  it("gives a cancelled caller's place to the next one", async () => {
    const clock = createFakeClock(0);
    const scheduler = createScheduler(clock, new Map([[JOB, [{ limit: 1, windowMs: 1000 }]]]));
    const gone = new AbortController();
    makeCalls(scheduler, clock, times(1));
    const cancelled = makeCalls(scheduler, clock, times(3), gone.signal);
    const patient = makeCalls(scheduler, clock, times(1));
    gone.abort(new Error("gone"));
    await clock.advance(1100);
    expect({ cancelled, patient: patient.length }).toEqual({ cancelled: [], patient: 1 });
    await expect(scheduler.acquire(JOB, gone.signal)).rejects.toThrow("gone");
  });

  it("lets the next call start when one in flight ends without ever having waited for time", async () => {
    const clock = createFakeClock(0);
    const scheduler = createScheduler(clock, new Map([[JOB, [{ limit: 2, windowMs: 10 }]]]));
    const arrivals = makeCalls(scheduler, clock, [{ toArriveMs: 0, toEndMs: 5000 }, AT_ONCE, AT_ONCE, AT_ONCE]);
    await clock.advance(4999);
    expect(arrivals).toEqual([0, 0, 30, 60]);
  });

  it("holds everybody back while it is paused", async () => {
    const clock = createFakeClock(0);
    const scheduler = createScheduler(clock, new Map([[JOB, [{ limit: 50, windowMs: 1000 }]]]));
    scheduler.pause(JOB, 3000);
    const arrivals = makeCalls(scheduler, clock, times(2));
    await clock.advance(2999);
    expect(arrivals).toEqual([]);
    await clock.advance(1);
    expect(arrivals).toEqual([3000, 3000]);
  });
});
