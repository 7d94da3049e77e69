import { expect, it } from "vitest";
import { neverCancelled } from "../../src/core/cancellation.js";
import { type BackgroundLimiter, createBackgroundLimiter } from "../../src/rate-limit/background.js";
import type { QuotasByEndpoint } from "../../src/rate-limit/limiter.js";
import { createFakeClock, type FakeClock } from "../support/fake-clock.js";
import { createArrival } from "../support/limiter.js";

const LIST = "GET /list";
const quotas = (limit: number) => new Map([[LIST, [{ limit, windowMs: 60_000 }]]]);
const context = { caller: "a list", deadlineMs: Number.POSITIVE_INFINITY, signal: neverCancelled };

const open = (clock: FakeClock, all: QuotasByEndpoint, share: number, replicas: () => number): BackgroundLimiter =>
  createBackgroundLimiter({ clock, quotas: all, arrival: createArrival(clock) }, share, replicas);

/** Returns how many of 100 calls, each of which ends at once, start within 59 seconds. */
async function startedIn(clock: FakeClock, limiter: BackgroundLimiter): Promise<number> {
  let started = 0;
  for (let i = 0; i < 100; i++) {
    limiter.acquire(LIST, context).then((permit) => {
      started += 1;
      permit.sent();
      permit.end();
    });
  }
  await clock.advance(59_000);
  return started;
}

it("the background limiter keeps to its share of a quota, divided among the current replicas", async () => {
  const clock = createFakeClock();
  let replicas = 1;
  const limiter = open(clock, quotas(200), 0.1, () => replicas);
  expect(await startedIn(clock, limiter)).toBe(19);
  const alone = open(clock, quotas(200), 0.1, () => 4);
  expect(await startedIn(clock, alone)).toBe(4);
  const changing = open(clock, quotas(200), 0.1, () => replicas);
  replicas = 2;
  expect(await startedIn(clock, changing)).toBe(9);
});

it("the background limiter applies its share to a changed quota, with at least one call", async () => {
  const clock = createFakeClock();
  const limiter = open(clock, quotas(1000), 0.05, () => 1);
  limiter.setQuotas(quotas(2));
  expect(await startedIn(clock, limiter)).toBe(1);
});
