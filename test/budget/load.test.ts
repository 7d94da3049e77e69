import { describe, expect, it } from "vitest";
import { BudgetRefusal } from "../../src/budget/bucket.js";
import { createScheduler } from "../../src/budget/scheduler.js";
import { createQuotaKeeper, type QuotaMode } from "../../src/sandbox/quotas.js";
import { createFakeClock } from "../support/fake-clock.js";
import { neverAborted } from "../support/upstream.js";

const LIST = "GET /tasks";
const QUOTA = [
  { limit: 50, windowMs: 1000 },
  { limit: 1000, windowMs: 60_000 },
];
const DEADLINE_MS = 15_000;
const SECONDS = 70;
const CALLERS = 10;
/** Every so many milliseconds each caller asks for one call: ten times what the second's window allows. */
const EVERY_MS = 20;
/** How long a call is on its way, and how long until its answer is back. */
const WAY_MS = 4;

/** How many calls somebody could have made who knew both windows and lost no time. */
function allowedIn(ms: number): number {
  const starts: number[] = [];
  const isFull = (now: number) =>
    QUOTA.some(({ limit, windowMs }) => (starts.at(-limit) ?? -Infinity) > now - windowMs);
  for (let now = 0; now < ms; now += 1) while (!isFull(now)) starts.push(now);
  return starts.length;
}

/** Seventy seconds of ten times the load, on a clock that is moved by hand, before the sandbox's own counting of quotas. */
async function overload(mode: QuotaMode, phaseMs: number) {
  const clock = createFakeClock(1_000_000);
  const keeper = createQuotaKeeper(() => clock.now(), { [LIST]: QUOTA }, mode, phaseMs);
  const scheduler = createScheduler(clock, new Map([[LIST, QUOTA]]));
  const signal = neverAborted();
  const count = { offered: 0, used: 0, throttled: 0, refused: 0, late: 0 };
  const endMs = clock.now() + SECONDS * 1000;
  const ask = async (caller: string): Promise<void> => {
    count.offered += 1;
    const deadlineMs = clock.now() + DEADLINE_MS;
    try {
      const permit = await scheduler.acquire(LIST, { caller, deadlineMs, signal });
      await clock.sleep(WAY_MS);
      if (!keeper.admit(LIST, "app").allowed) count.throttled += 1;
      if (clock.now() < endMs) count.used += 1;
      await clock.sleep(WAY_MS);
      permit.end();
      if (clock.now() > deadlineMs) count.late += 1;
    } catch (error) {
      if (!(error instanceof BudgetRefusal)) throw error;
      count.refused += 1;
    }
  };
  for (let ms = 0; ms < SECONDS * 1000; ms += EVERY_MS) {
    for (let n = 0; n < CALLERS; n++) void ask(`caller ${n}`);
    await clock.advance(EVERY_MS);
  }
  await clock.advance(DEADLINE_MS + 1000);
  return count;
}

describe("ten times the load that Feishu allows", () => {
  it.each([
    ["sliding windows", "sliding", 0],
    ["fixed windows that begin with ours", "fixed", 0],
    ["fixed windows that begin in the middle of ours", "fixed", 30_500],
    ["fixed windows that end when a burst begins", "fixed", 19_990],
  ] as const)(
    "before %s: nothing is throttled, nobody is late, and at least 90 %% is used",
    async (_, mode, phaseMs) => {
      const { offered, used, throttled, refused, late } = await overload(mode, phaseMs);
      expect({ throttled, late }).toEqual({ throttled: 0, late: 0 });
      expect(used).toBeGreaterThanOrEqual(0.9 * allowedIn(SECONDS * 1000));
      expect([offered, refused > offered / 2]).toEqual([(SECONDS * 1000 * CALLERS) / EVERY_MS, true]);
    },
  );
});
