import { describe, expect, it } from "vitest";
import { createScheduler, type Scheduler } from "../../src/budget/scheduler.js";
import { createFakeClock } from "../support/fake-clock.js";
import { neverAborted } from "../support/upstream.js";

const JOB = "GET /jobs/:id";
const never = neverAborted();

/** Asks for `count` calls at once and notes when each may start. */
function askFor(scheduler: Scheduler, count: number, now: () => number, signal = never): number[] {
  const starts: number[] = [];
  for (let i = 0; i < count; i++) {
    scheduler.acquire(JOB, signal).then(
      () => starts.push(now()),
      () => {},
    );
  }
  return starts;
}

describe("a scheduler", () => {
  it("never lets more calls start in any window than its limit", async () => {
    const clock = createFakeClock(0);
    const scheduler = createScheduler(clock, new Map([[JOB, [{ limit: 20, windowMs: 1000 }]]]));
    const starts = askFor(scheduler, 100, clock.now);
    await clock.advance(10_000);
    expect(starts).toHaveLength(100);
    for (const from of starts) expect(starts.filter((at) => at >= from && at < from + 1000)).toHaveLength(20);
  });

  it("does not hold back endpoints without a quota", async () => {
    const clock = createFakeClock(0);
    const starts = askFor(createScheduler(clock, new Map()), 500, clock.now);
    await clock.advance(0);
    expect(starts).toHaveLength(500);
  });

  it("gives a cancelled caller's place to the next one", async () => {
    const clock = createFakeClock(0);
    const scheduler = createScheduler(clock, new Map([[JOB, [{ limit: 1, windowMs: 1000 }]]]));
    const gone = new AbortController();
    askFor(scheduler, 1, clock.now);
    const cancelled = askFor(scheduler, 3, clock.now, gone.signal);
    const patient = askFor(scheduler, 1, clock.now);
    gone.abort(new Error("gone"));
    await clock.advance(1100);
    expect({ cancelled, patient: patient.length }).toEqual({ cancelled: [], patient: 1 });
    await expect(scheduler.acquire(JOB, gone.signal)).rejects.toThrow("gone");
  });

  it("holds everybody back while it is paused", async () => {
    const clock = createFakeClock(0);
    const scheduler = createScheduler(clock, new Map([[JOB, [{ limit: 50, windowMs: 1000 }]]]));
    scheduler.pause(JOB, 3000);
    const starts = askFor(scheduler, 2, clock.now);
    await clock.advance(2999);
    expect(starts).toEqual([]);
    await clock.advance(1);
    expect(starts).toEqual([3000, 3000]);
  });
});
