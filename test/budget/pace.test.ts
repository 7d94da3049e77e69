import { expect, it } from "vitest";
import { createPace } from "../../src/budget/pace.js";
import { neverStopped } from "../../src/stop.js";
import { createFakeClock, type FakeClock } from "../support/fake-clock.js";

const LIST = "GET /list";
const quotas = (limit: number) => new Map([[LIST, [{ limit, windowMs: 60_000 }]]]);
const terms = { caller: "a list", deadlineMs: Number.POSITIVE_INFINITY, signal: neverStopped };

/** How many of a hundred calls, each of which ends at once, may start within a minute. */
async function startedIn(clock: FakeClock, pace: ReturnType<typeof createPace>): Promise<number> {
  let started = 0;
  for (let i = 0; i < 100; i++) {
    pace.acquire(LIST, terms).then((permit) => {
      started += 1;
      permit.end();
    });
  }
  await clock.advance(59_000);
  return started;
}

it("keeps to its part of a quota, divided among replicas as they come and go", async () => {
  const clock = createFakeClock();
  let replicas = 1;
  const pace = createPace(clock, quotas(200), 0.1, () => replicas);
  expect(await startedIn(clock, pace)).toBe(19);
  const alone = createPace(clock, quotas(200), 0.1, () => 4);
  expect(await startedIn(clock, alone)).toBe(5);
  const changing = createPace(clock, quotas(200), 0.1, () => replicas);
  replicas = 2;
  expect(await startedIn(clock, changing)).toBe(9);
});

it("keeps to its part of another quota from then on, and never to nothing", async () => {
  const clock = createFakeClock();
  const pace = createPace(clock, quotas(1000), 0.05, () => 1);
  pace.setQuotas(quotas(2));
  expect(await startedIn(clock, pace)).toBe(1);
});
