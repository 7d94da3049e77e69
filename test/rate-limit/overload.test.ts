import { describe, expect, it } from "vitest";
import { LimiterRejection } from "../../src/rate-limit/permit.js";
import { createQuotaKeeper, type QuotaMode } from "../../src/sandbox/quotas.js";
import { createFakeClock } from "../support/fake-clock.js";
import { limiterOf } from "../support/limiter.js";
import { neverAborted } from "../support/upstream.js";

const LIST = "GET /tasks";
const QUOTA = [
  { limit: 50, windowMs: 1000 },
  { limit: 1000, windowMs: 60_000 },
];
const DEADLINE_MS = 15_000;
const SECONDS = 300;
const CALLERS = 10;
/** Milliseconds between two calls of a caller; all callers together make ten times the one-second limit. */
const EVERY_MS = 20;
/** Milliseconds that a call takes to reach the upstream, plus up to `JITTER_MS`. */
const WAY_MS = 4;
const JITTER_MS = 20;

/** Returns the calls that an ideal client makes: it knows both windows and loses no time. */
function allowedIn(ms: number): number {
  const starts: number[] = [];
  const isFull = (now: number) =>
    QUOTA.some(({ limit, windowMs }) => (starts.at(-limit) ?? -Infinity) > now - windowMs);
  for (let now = 0; now < ms; now += 1) while (!isFull(now)) starts.push(now);
  return starts.length;
}

/** Runs five minutes of tenfold load on a fake clock against the sandbox's quota counter. */
async function overload(mode: QuotaMode, phaseMs: number, answerMs: number) {
  const clock = createFakeClock(1_000_000);
  const keeper = createQuotaKeeper(() => clock.now(), { [LIST]: QUOTA }, mode, phaseMs);
  const limiter = limiterOf(clock, LIST, QUOTA);
  const signal = neverAborted();
  const count = { offered: 0, used: 0, throttled: 0, refused: 0, late: 0, longestGapMs: 0 };
  let calls = 0;
  let latestMs = clock.now();
  const endMs = clock.now() + SECONDS * 1000;
  const ask = async (caller: string): Promise<void> => {
    count.offered += 1;
    const deadlineMs = clock.now() + DEADLINE_MS;
    try {
      const permit = await limiter.acquire(LIST, { caller, deadlineMs, signal });
      permit.sent();
      calls += 1;
      await clock.sleep(WAY_MS + ((calls * 7) % JITTER_MS));
      if (!keeper.admit(LIST, "app").allowed) count.throttled += 1;
      if (clock.now() < endMs) {
        count.used += 1;
        count.longestGapMs = Math.max(count.longestGapMs, clock.now() - latestMs);
        latestMs = clock.now();
      }
      await clock.sleep(answerMs);
      permit.end();
      if (clock.now() > deadlineMs) count.late += 1;
    } catch (error) {
      if (!(error instanceof LimiterRejection)) throw error;
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
    ["sliding windows", "sliding", 0, 4],
    ["sliding windows and slow answers", "sliding", 0, 200],
    ["fixed windows that begin with ours", "fixed", 0, 4],
    ["fixed windows that begin in the middle of ours", "fixed", 30_500, 200],
    ["fixed windows that end when a burst begins", "fixed", 19_990, 4],
  ] as const)(
    "with %s: no call is throttled or late, 95 %% of the quota is used, and no gap exceeds a second",
    async (_, mode, phaseMs, answerMs) => {
      const { offered, used, throttled, refused, late, longestGapMs } = await overload(mode, phaseMs, answerMs);
      expect({ throttled, late }).toEqual({ throttled: 0, late: 0 });
      expect(used).toBeGreaterThanOrEqual(0.95 * allowedIn(SECONDS * 1000));
      expect(longestGapMs).toBeLessThanOrEqual(1000);
      expect([offered, refused > offered / 2]).toEqual([(SECONDS * 1000 * CALLERS) / EVERY_MS, true]);
    },
  );
});
