import { expect, it } from "vitest";
import { createFakeClock } from "../support/fake-clock.js";
import { createArrival, limiterOf } from "../support/limiter.js";

const TALENT = "GET /talents/:id";
const QUOTA = [{ limit: 20, windowMs: 1000 }];

it("keeps a lower limit for a minute, then rises by a tenth of the configured one each minute", async () => {
  const clock = createFakeClock(0);
  const limiter = limiterOf(clock, TALENT, QUOTA);
  limiter.throttled(TALENT, 1000, 1);
  const seen: (number | null)[] = [];
  for (let minute = 0; minute <= 10; minute++) {
    seen.push(limiter.ceiling(TALENT));
    await clock.advance(60_000);
  }
  expect(seen).toEqual([1, 3, 5, 7, 9, 11, 13, 15, 17, 19, null]);
  expect(limiter.remaining(TALENT)?.remaining).toBe(20);
});

it("starts over when a lower limit is named again", async () => {
  const clock = createFakeClock(0);
  const limiter = limiterOf(clock, TALENT, QUOTA);
  limiter.throttled(TALENT, 1000, 10);
  await clock.advance(180_000);
  expect(limiter.ceiling(TALENT)).toBe(16);
  limiter.throttled(TALENT, 1000, 8);
  expect(limiter.ceiling(TALENT)).toBe(8);
});

it("distinguishes a lower limit from calls that arrived too close together", () => {
  const clock = createFakeClock(0);
  const arrival = createArrival(clock);
  const named: number[] = [];
  const limiter = limiterOf(clock, TALENT, QUOTA, { arrival, onCeiling: (_, limit) => named.push(limit) });
  limiter.throttled(TALENT, 1000, 5);
  expect([named, arrival.state().countsToEnd]).toEqual([[5], false]);
  limiter.throttled(TALENT, 1000, 20);
  expect([named, arrival.state().countsToEnd]).toEqual([[5], true]);
});
