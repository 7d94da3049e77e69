import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createArrivalEstimate } from "../../src/rate-limit/arrival-estimate.js";
import type { Limiter } from "../../src/rate-limit/limiter.js";
import { LimiterRejection } from "../../src/rate-limit/permit.js";
import type { RateWindow } from "../../src/rate-limit/sliding-window.js";
import { createFakeClock, type FakeClock } from "../support/fake-clock.js";
import { limiterOf } from "../support/limiter.js";
import { neverAborted } from "../support/upstream.js";

const JOB = "GET /jobs/:id";
const never = neverAborted();
const PATIENT = { caller: "test", deadlineMs: Number.POSITIVE_INFINITY, signal: never };

/** Milliseconds from a call's start to its arrival, and from its arrival to its end. */
interface Latency {
  readonly toArriveMs: number;
  readonly toEndMs: number;
}
const AT_ONCE: Latency = { toArriveMs: 0, toEndMs: 0 };

/** Creates a limiter without a latency estimate: calls count until their end. */
const limit = (clock: FakeClock, ...windows: RateWindow[]): Limiter =>
  limiterOf(clock, JOB, windows, { arrival: createArrivalEstimate(() => clock.now()) });

/** Starts calls at once, each with its latency, and records when each arrives upstream. */
function makeCalls(
  limiter: Limiter,
  clock: FakeClock,
  latencies: readonly Latency[],
  terms: Partial<typeof PATIENT> = {},
): { arrivals: number[]; refusals: unknown[] } {
  const arrivals: number[] = [];
  const refusals: unknown[] = [];
  const call = async ({ toArriveMs, toEndMs }: Latency): Promise<void> => {
    const permit = await limiter.acquire(JOB, { ...PATIENT, ...terms });
    permit.sent();
    await clock.sleep(toArriveMs);
    arrivals.push(clock.now());
    await clock.sleep(toEndMs);
    permit.end();
  };
  for (const latency of latencies) call(latency).catch((error) => refusals.push(error));
  return { arrivals, refusals };
}

const times = (count: number, latency = AT_ONCE): Latency[] => Array.from({ length: count }, () => latency);

describe("a limiter", () => {
  it("never lets more calls arrive in any window than its limit, however late and unevenly they arrive", async () => {
    const latency = fc.record({ toArriveMs: fc.nat({ max: 700 }), toEndMs: fc.nat({ max: 300 }) });
    const windows = [
      { limit: 5, windowMs: 1000 },
      { limit: 12, windowMs: 5000 },
    ];
    await fc.assert(
      fc.asyncProperty(fc.array(latency, { minLength: 1, maxLength: 30 }), async (latencies) => {
        const clock = createFakeClock(0);
        const { arrivals } = makeCalls(limit(clock, ...windows), clock, latencies);
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

  it("uses the whole quota for quick calls, except the part reserved for callers with little usage", async () => {
    const clock = createFakeClock(0);
    const { arrivals } = makeCalls(limit(clock, { limit: 20, windowMs: 1000 }), clock, times(100));
    await clock.advance(5 * 1020);
    expect(arrivals).toHaveLength(100);
  });

  it("bounds the calls in flight of an endpoint without a quota", async () => {
    const clock = createFakeClock(0);
    const slow = times(500, { toArriveMs: 0, toEndMs: 1000 });
    const { arrivals } = makeCalls(limit(clock), clock, slow);
    await clock.advance(999);
    expect(arrivals).toHaveLength(256);
    await clock.advance(1);
    expect(arrivals).toHaveLength(500);
  });

  it("gives a cancelled caller's place to the next one", async () => {
    const clock = createFakeClock(0);
    const limiter = limit(clock, { limit: 1, windowMs: 1000 });
    const gone = new AbortController();
    makeCalls(limiter, clock, times(1));
    const cancelled = makeCalls(limiter, clock, times(3), { signal: gone.signal });
    const patient = makeCalls(limiter, clock, times(1));
    gone.abort(new Error("gone"));
    await clock.advance(1100);
    expect({ cancelled: cancelled.arrivals, patient: patient.arrivals.length }).toEqual({ cancelled: [], patient: 1 });
    await expect(limiter.acquire(JOB, { ...PATIENT, signal: gone.signal })).rejects.toThrow("gone");
  });

  it("reuses the slot of a call that was never made", async () => {
    const clock = createFakeClock(0);
    const limiter = limit(clock, { limit: 1, windowMs: 1000 });
    (await limiter.acquire(JOB, PATIENT)).end();
    const { arrivals } = makeCalls(limiter, clock, times(1));
    await clock.advance(0);
    expect(arrivals).toEqual([0]);
  });

  it("starts queued calls as earlier ones end, while a slow call is still in flight", async () => {
    const clock = createFakeClock(0);
    const limiter = limit(clock, { limit: 2, windowMs: 10 });
    const slow = { toArriveMs: 0, toEndMs: 5000 };
    const { arrivals } = makeCalls(limiter, clock, [slow, AT_ONCE, AT_ONCE, AT_ONCE]);
    await clock.advance(4999);
    expect(arrivals).toEqual([0, 0, 30, 60]);
  });
});

describe("a deadline", () => {
  const second = { limit: 1, windowMs: 980 };
  /** The long window is exhausted when the last call arrives; the call before it waits for the next slot. */
  const EVENLY_SPENT_TO_THE_END = [
    { afterMs: 0, forMs: 0 },
    { afterMs: 468, forMs: 2493 },
    { afterMs: 2199, forMs: 2567 },
    { afterMs: 140, forMs: 2413 },
    { afterMs: 267, forMs: 2634 },
  ];

  it("rejects calls that would be too late at once, with a retryAfter and without using a slot", async () => {
    const clock = createFakeClock(0);
    const limiter = limit(clock, second);
    const { arrivals, refusals } = makeCalls(limiter, clock, times(5), { deadlineMs: 2500 });
    await clock.advance(0);
    expect(arrivals).toEqual([0]);
    expect(refusals.map((refusal) => refusal instanceof LimiterRejection && refusal.retryAfterMs)).toEqual([
      3000, 3000,
    ]);
    await clock.advance(3000);
    expect(arrivals).toEqual([0, 1000, 2000]);
  });

  it("is estimated over both windows, and every admitted call starts in time", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 12 }),
        fc.array(fc.record({ afterMs: fc.nat({ max: 700 }), forMs: fc.integer({ min: 0, max: 4000 }) }), {
          maxLength: 40,
        }),
        async (perSecond, perFive, wishes) => {
          const clock = createFakeClock(0);
          const limiter = limit(clock, { limit: perSecond, windowMs: 980 }, { limit: perFive, windowMs: 4980 });
          let late = 0;
          let settled = 0;
          for (const { afterMs, forMs } of wishes) {
            await clock.advance(afterMs);
            const deadlineMs = clock.now() + forMs;
            limiter.acquire(JOB, { ...PATIENT, deadlineMs }).then(
              (permit) => {
                settled += 1;
                if (clock.now() > deadlineMs) late += 1;
                permit.sent();
                permit.end();
              },
              () => (settled += 1),
            );
          }
          await clock.advance(200_000);
          expect({ late, settled }).toEqual({ late: 0, settled: wishes.length });
        },
      ),
      { numRuns: 60, examples: [[2, 3, EVENLY_SPENT_TO_THE_END]] },
    );
  });

  it("includes the duration of a call", async () => {
    const clock = createFakeClock(0);
    const limiter = limit(clock, { limit: 1, windowMs: 480 });
    makeCalls(limiter, clock, times(1, { toArriveMs: 0, toEndMs: 500 }));
    await clock.advance(500);
    const tight = makeCalls(limiter, clock, times(1), { deadlineMs: 1499 });
    const enough = makeCalls(limiter, clock, times(1), { deadlineMs: 1600 });
    await clock.advance(5000);
    expect([tight.arrivals, enough.arrivals]).toEqual([[], [1000]]);
  });

  it("is not the only bound: the queue holds at most 2000 calls", async () => {
    const clock = createFakeClock(0);
    const { refusals } = makeCalls(limit(clock, second), clock, times(2005));
    await clock.advance(0);
    expect(refusals).toHaveLength(4);
    expect(refusals[0]).toMatchObject({
      message: "the queue is full: at most 2000 calls may wait",
      retryAfterMs: 60_000,
    });
  });
});

describe("fairness", () => {
  it("serves callers in turn, each in its own order", async () => {
    const clock = createFakeClock(0);
    const limiter = limit(clock, { limit: 1, windowMs: 980 });
    const order: string[] = [];
    const ask = (caller: string, name: string): void => {
      limiter.acquire(JOB, { ...PATIENT, caller }).then((permit) => {
        order.push(name);
        permit.sent();
        permit.end();
      });
    };
    for (const n of [1, 2, 3, 4]) ask("greedy", `g${n}`);
    ask("a", "a1");
    ask("b", "b1");
    ask("a", "a2");
    await clock.advance(10_000);
    expect(order.join(" ")).toBe("g1 g2 a1 b1 g3 a2 g4");
  });

  it("reserves part of every quota for callers with little usage", async () => {
    const clock = createFakeClock(0);
    const limiter = limit(clock, { limit: 50, windowMs: 1000 }, { limit: 1000, windowMs: 60_000 });
    const greedy = makeCalls(limiter, clock, times(100), { caller: "greedy" });
    await clock.advance(0);
    expect(greedy.arrivals).toHaveLength(45);
    const modest = makeCalls(limiter, clock, times(2), { caller: "modest" });
    await clock.advance(0);
    expect(modest.arrivals).toEqual([0, 0]);
    await clock.advance(1020);
    expect(greedy.arrivals).toHaveLength(90);
  });
});

describe("throttling", () => {
  it("blocks all calls, then sends one probe", async () => {
    const clock = createFakeClock(0);
    const limiter = limit(clock, { limit: 50, windowMs: 1000 });
    limiter.throttled(JOB, 3000, null);
    const { arrivals } = makeCalls(limiter, clock, times(3, { toArriveMs: 0, toEndMs: 40 }));
    await clock.advance(2999);
    expect({ arrivals, room: limiter.available(JOB) }).toEqual({ arrivals: [], room: 0 });
    await clock.advance(41);
    expect(arrivals).toEqual([3000, 3040, 3040]);
  });

  it("backs off again when the probe is throttled, too", async () => {
    const clock = createFakeClock(0);
    const limiter = limit(clock, { limit: 50, windowMs: 1000 });
    limiter.throttled(JOB, 1000, null);
    const probe = limiter.acquire(JOB, PATIENT);
    const { arrivals } = makeCalls(limiter, clock, times(2));
    await clock.advance(1000);
    limiter.throttled(JOB, 2000, null);
    (await probe).sent();
    (await probe).end();
    await clock.advance(2000);
    expect(arrivals).toEqual([3000, 3000]);
  });

  it("rejects at once callers whose deadline ends before the throttling does", async () => {
    const clock = createFakeClock(0);
    const limiter = limit(clock, { limit: 50, windowMs: 1000 });
    limiter.throttled(JOB, 7000, null);
    await expect(limiter.acquire(JOB, { ...PATIENT, deadlineMs: 6000 })).rejects.toMatchObject({
      retryAfterMs: 7000,
    });
  });

  it.each([
    [30, 30],
    [50, 50],
    [500, 50],
    [0, 50],
    [70_000, 50],
  ])("that reports a limit of %i allows %i calls a second", async (ceiling, remaining) => {
    const clock = createFakeClock(0);
    const limiter = limit(clock, { limit: 50, windowMs: 1000 }, { limit: 1000, windowMs: 60_000 });
    limiter.throttled(JOB, 1, ceiling);
    expect(limiter.remaining(JOB)?.remaining).toBe(remaining);
  });
});

describe("a long window", () => {
  it("is spent evenly when many callers with little usage add up", async () => {
    const clock = createFakeClock(0);
    const limiter = limit(clock, { limit: 50, windowMs: 1000 }, { limit: 1000, windowMs: 60_000 });
    const bySecond: number[] = Array(60).fill(0);
    const call = async (caller: string): Promise<void> => {
      const permit = await limiter.acquire(JOB, { ...PATIENT, caller, deadlineMs: clock.now() + 2000 });
      const second = Math.floor(clock.now() / 1000);
      if (second < 60) bySecond[second] = (bySecond[second] ?? 0) + 1;
      permit.sent();
      permit.end();
    };
    const rejected = (): void => {};
    for (let tick = 0; tick < 60 * 8; tick++) {
      for (let n = 0; n < 10; n++) call(`caller ${(tick * 10 + n) % 20}`).catch(rejected);
      await clock.advance(125);
    }
    expect(Math.min(...bySecond)).toBeGreaterThanOrEqual(6);
    expect(bySecond.reduce((sum, calls) => sum + calls, 0)).toBeGreaterThanOrEqual(950);
  });
});
