import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import { describe, expect, inject, it, onTestFinished } from "vitest";
import { createFleet, type Fleet } from "../../src/budget/fleet.js";
import { type FleetStore, openFleetStore } from "../../src/budget/redis-scripts.js";
import { createScheduler, type Scheduler } from "../../src/budget/scheduler.js";
import type { RateWindow } from "../../src/budget/windows.js";
import { openRedis } from "../../src/redis.js";
import { Secret } from "../../src/secret.js";
import { createFakeClock, type FakeClock } from "../support/fake-clock.js";
import { startRedis } from "../support/redis-server.mjs";
import { neverAborted } from "../support/upstream.js";

const LIST = "GET /tasks";
const WINDOWS: readonly RateWindow[] = [
  { limit: 20, windowMs: 980 },
  { limit: 100, windowMs: 9980 },
];

/** One replica, with the arrivals of its calls. */
interface Replica {
  readonly fleet: Fleet;
  readonly scheduler: Scheduler;
  readonly store: FleetStore;
  readonly redis: Redis;
  /** Asks for so many calls, each of which takes 10 ms. */
  ask(count: number, caller?: string): void;
}

/** Several replicas on one clock, and one Redis that goes by it. */
async function startFleet(count: number, url: string, options: { fallbackShare?: number } = {}) {
  const clock = createFakeClock(0);
  const tenant = randomUUID();
  const arrivals: number[] = [];
  const signal = neverAborted();
  const start = async (): Promise<Replica> => {
    const redis = openRedis(new Secret(url));
    await redis.connect();
    onTestFinished(() => redis.disconnect());
    const store = openFleetStore({
      redis,
      tenant,
      replica: randomUUID(),
      slotLifeMs: 2000,
      longestWindowMs: 10_000,
      now: () => clock.now(),
    });
    const fallbackShare = options.fallbackShare ?? null;
    const fleet = createFleet({ store, clock, fallbackShare, onChange: () => {} });
    const scheduler = createScheduler(clock, new Map([[LIST, WINDOWS]]), fleet.openPools);
    await fleet.start();
    onTestFinished(() => fleet.close());
    const call = async (caller: string): Promise<void> => {
      const permit = await scheduler.acquire(LIST, { caller, deadlineMs: Number.POSITIVE_INFINITY, signal });
      arrivals.push(clock.now());
      await clock.sleep(10);
      permit.end();
    };
    const ask = (calls: number, caller = "test"): void => {
      for (let i = 0; i < calls; i++) void call(caller);
    };
    return { fleet, scheduler, store, redis, ask };
  };
  const replicas: Replica[] = [];
  for (let i = 0; i < count; i++) replicas.push(await start());
  // All have to have come together.
  while (!replicas.every(({ fleet }) => fleet.state().isShared)) await pass(clock, 250, replicas, 250);
  return { clock, replicas, arrivals, start };
}

/** Moves time on in small steps, and waits at each until Redis has answered everybody. */
async function pass(clock: FakeClock, ms: number, replicas: readonly Replica[], stepMs = 5): Promise<void> {
  for (let passed = 0; passed < ms; passed += stepMs) {
    await clock.advance(stepMs);
    const away = (): void => {};
    for (let i = 0; i < 3; i++) await Promise.all(replicas.map(({ redis }) => redis.ping().catch(away)));
  }
}

function expectWithinLimits(arrivals: readonly number[], share = 1): void {
  for (const { limit, windowMs } of WINDOWS) {
    for (const from of arrivals) {
      expect(arrivals.filter((at) => at >= from && at < from + windowMs + 20).length).toBeLessThanOrEqual(
        limit * share,
      );
    }
  }
}

describe("replicas that share a Redis", () => {
  it("keep every window together, and use it", async () => {
    const { clock, replicas, arrivals } = await startFleet(3, inject("redisUrl"));
    for (const { ask } of replicas) ask(200);
    await pass(clock, 12_000, replicas);
    expectWithinLimits(arrivals);
    // 100 in the first ten seconds, and two seconds' worth of the next.
    expect(arrivals.length).toBeGreaterThanOrEqual(0.9 * 140);
  });

  it("ask Redis nothing while a lease lasts", async () => {
    const { clock, replicas } = await startFleet(1, inject("redisUrl"));
    const [replica] = replicas as [Replica];
    let exchanges = 0;
    const exchange = replica.store.exchange;
    const counting = (asked: never) => {
      exchanges += 1;
      return exchange(asked);
    };
    Object.assign(replica.store, { exchange: counting });
    replica.ask(1);
    await pass(clock, 5, replicas);
    expect(exchanges).toBe(1);
    replica.ask(1);
    await pass(clock, 5, replicas);
    expect(exchanges).toBe(1);
  });

  it("leave to one what the others do not need", async () => {
    const { clock, replicas, arrivals } = await startFleet(3, inject("redisUrl"));
    replicas[0]?.ask(19);
    await pass(clock, 50, replicas);
    expect(arrivals).toHaveLength(19);
  });

  it("give back what they do not use", async () => {
    const { clock, replicas, arrivals } = await startFleet(2, inject("redisUrl"));
    replicas[0]?.ask(1);
    await pass(clock, 400, replicas);
    replicas[1]?.ask(18);
    await pass(clock, 50, replicas);
    expect(arrivals).toHaveLength(19);
  });

  it("get the slots of one that has died when they expire, as calls that were made", async () => {
    const { clock, replicas, arrivals, start } = await startFleet(1, inject("redisUrl"));
    const [dead] = replicas as [Replica];
    for (let i = 0; i < 19; i++)
      void dead.scheduler.acquire(LIST, { caller: "", deadlineMs: Number.POSITIVE_INFINITY, signal: neverAborted() });
    await pass(clock, 100, replicas);
    dead.redis.disconnect();
    const heir = await start();
    heir.ask(10);
    await pass(clock, 2900, [heir]);
    // What is kept for light callers is not among them.
    expect(arrivals.length).toBeLessThanOrEqual(3);
    await pass(clock, 200, [heir]);
    expect(arrivals.length).toBeGreaterThanOrEqual(10);
  });

  it("wait together when one is throttled, and send one call ahead", async () => {
    const { clock, replicas, arrivals } = await startFleet(2, inject("redisUrl"));
    const [first, second] = replicas as [Replica, Replica];
    const fromMs = clock.now();
    first.scheduler.throttled(LIST, 3000, null);
    await pass(clock, 5, replicas);
    for (const { ask } of [first, second]) ask(4);
    await pass(clock, 2900, replicas);
    expect(arrivals).toEqual([]);
    await pass(clock, 300, replicas);
    expect(arrivals).toHaveLength(8);
    expect(arrivals.filter((at) => at < fromMs + 3010)).toEqual([fromMs + 3000]);
  });
});

describe("when Redis", () => {
  it("is slow, slots are used all the same", async () => {
    const { clock, replicas, arrivals } = await startFleet(1, inject("redisUrl"));
    const [replica] = replicas as [Replica];
    const { exchange } = replica.store;
    const slowly = async (asked: Parameters<typeof exchange>[0]) => {
      const answer = await exchange(asked);
      await clock.sleep(700);
      return answer;
    };
    Object.assign(replica.store, { exchange: slowly });
    replica.ask(30);
    await pass(clock, 6000, replicas, 10);
    Object.assign(replica.store, { exchange });
    expect(arrivals).toHaveLength(30);
  });

  it("goes away, an endpoint that is only used much later has its share at once", async () => {
    const redis = await startRedis();
    const { clock, replicas, arrivals } = await startFleet(2, redis.url);
    await redis.kill();
    await pass(clock, 30_000, replicas, 250);
    replicas[0]?.ask(5);
    await pass(clock, 50, replicas);
    expect(arrivals).toHaveLength(5);
  });

  it("is another one than before, replicas tell it what they have called", async () => {
    const redis = await startRedis();
    const { clock, replicas, arrivals, start } = await startFleet(1, redis.url);
    replicas[0]?.ask(95);
    await pass(clock, 6000, replicas, 10);
    await redis.kill();
    const again = await startRedis(redis.port);
    onTestFinished(() => again.kill());
    // One that knows nothing of all that comes first.
    const fresh = await start();
    const all = [...replicas, fresh];
    await untilReady(replicas[0]?.redis as Redis);
    fresh.ask(100);
    await pass(clock, 6000, all, 10);
    expectWithinLimits(arrivals);
  }, 60_000);

  it("is away from the start, a replica keeps to the configured share", async () => {
    const redis = await startRedis();
    const { clock, replicas, arrivals } = await startFleet(1, redis.url, { fallbackShare: 0.5 });
    await redis.kill();
    await pass(clock, 1100, replicas);
    replicas[0]?.ask(100);
    await pass(clock, 12_000, replicas);
    expectWithinLimits(arrivals, 0.5);
    expect(arrivals.length).toBeGreaterThanOrEqual(0.9 * 60);
  });

  it("goes away and comes back empty under load, no window is exceeded and nobody stops for long", async () => {
    const redis = await startRedis();
    const { clock, replicas, arrivals } = await startFleet(2, redis.url);
    // The first has used nearly everything when it happens: the second must not add its share to that.
    replicas[0]?.ask(95);
    await pass(clock, 6000, replicas, 10);
    for (const { ask } of replicas) ask(300);
    await redis.kill();
    await pass(clock, 9000, replicas, 10);
    expect(replicas.map(({ fleet }) => fleet.state())).toEqual(Array(2).fill({ isShared: false, replicas: 2 }));
    const alone = arrivals.length;
    expect(alone).toBeGreaterThan(100);

    const again = await startRedis(redis.port);
    onTestFinished(() => again.kill());
    await Promise.all(replicas.map(({ redis: connection }) => untilReady(connection)));
    await pass(clock, 4000, replicas, 10);
    expect(replicas.map(({ fleet }) => fleet.state())).toEqual(Array(2).fill({ isShared: true, replicas: 2 }));
    await pass(clock, 10_000, replicas, 10);
    expectWithinLimits(arrivals);
    expect(arrivals.length - alone).toBeGreaterThanOrEqual(100);
  }, 60_000);

  it("is away for one of two replicas alone, the other leaves it its share", async () => {
    const { clock, replicas, arrivals } = await startFleet(2, inject("redisUrl"));
    const [lost, kept] = replicas as [Replica, Replica];
    for (const { ask } of replicas) ask(500);
    await pass(clock, 3000, replicas, 10);
    lost.redis.disconnect();
    await pass(clock, 10_000, replicas, 10);
    const before = arrivals.length;
    await pass(clock, 4000, replicas, 10);
    expect(lost.fleet.state().isShared).toBe(false);
    expect(kept.fleet.state().isShared).toBe(true);
    // Both call: one alone would not get beyond what is left to it.
    expect(arrivals.length - before).toBeGreaterThan(50);
    expectWithinLimits(arrivals);
  }, 60_000);

  it("has lost its memory, one replica waits for the other, but not longer than anything could count", async () => {
    const redis = await startRedis();
    const { clock, replicas } = await startFleet(2, redis.url);
    const [survivor, dead] = replicas as [Replica, Replica];
    await pass(clock, 1100, replicas);
    await redis.kill();
    await pass(clock, 1100, replicas);
    dead.redis.disconnect();
    await dead.fleet.close();
    const again = await startRedis(redis.port);
    onTestFinished(() => again.kill());
    await untilReady(survivor.redis);
    await pass(clock, 9000, [survivor], 50);
    expect(survivor.fleet.state().isShared).toBe(false);
    await pass(clock, 3000, [survivor], 50);
    expect(survivor.fleet.state().isShared).toBe(true);
  });
});

async function untilReady(redis: Redis): Promise<void> {
  if (redis.status !== "ready") await new Promise((resolve) => redis.once("ready", resolve));
}
