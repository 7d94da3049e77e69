import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import { describe, expect, inject, it, onTestFinished } from "vitest";
import { openRedis } from "../../src/bootstrap/redis.js";
import { Secret } from "../../src/core/secret.js";
import { createLimiter, type Limiter } from "../../src/rate-limit/limiter.js";
import { createFleet, type Fleet } from "../../src/rate-limit/redis/fleet.js";
import { type FleetStore, openFleetStore } from "../../src/rate-limit/redis/store.js";
import type { RateWindow } from "../../src/rate-limit/sliding-window.js";
import { createFakeClock, type FakeClock } from "../support/fake-clock.js";
import { createArrival } from "../support/limiter.js";
import { startRedis } from "../support/redis-server.mjs";
import { neverAborted } from "../support/upstream.js";

const LIST = "GET /tasks";
const WINDOWS: readonly RateWindow[] = [
  { limit: 20, windowMs: 980 },
  { limit: 100, windowMs: 9980 },
];

/** One replica of the fleet. */
interface Replica {
  readonly fleet: Fleet;
  readonly limiter: Limiter;
  readonly store: FleetStore;
  readonly redis: Redis;
  readonly appId: string;
  /** Kills the replica without notice: its waiting calls are never sent or ended. */
  kill(): void;
  /** Requests `count` calls, each of which takes 10 ms. */
  ask(count: number, caller?: string): void;
}

/** Starts several replicas that share one clock and one Redis. */
async function startFleet(count: number, url: string, options: { fallbackShare?: number } = {}) {
  const clock = createFakeClock(0);
  const appId = randomUUID();
  const arrivals: number[] = [];
  const signal = neverAborted();
  const start = async (): Promise<Replica> => {
    const redis = openRedis(new Secret(url));
    await redis.connect();
    onTestFinished(() => redis.disconnect());
    const store = openFleetStore({
      redis,
      appId,
      replica: randomUUID(),
      longestWindowMs: () => 10_000,
      now: () => clock.now(),
    });
    const fallbackShare = options.fallbackShare ?? null;
    const fleet = createFleet({ store, clock, fallbackShare, onChange: () => {} });
    const limiter = createLimiter({
      clock,
      quotas: new Map([[LIST, WINDOWS]]),
      arrival: createArrival(clock),
      openShare: fleet.openShares("tenant"),
    });
    await fleet.start();
    onTestFinished(() => fleet.close());
    let isAlive = true;
    const call = async (caller: string): Promise<void> => {
      const permit = await limiter.acquire(LIST, { caller, deadlineMs: Number.POSITIVE_INFINITY, signal });
      if (!isAlive) return;
      permit.sent();
      arrivals.push(clock.now());
      await clock.sleep(10);
      permit.end();
    };
    const ask = (calls: number, caller = "test"): void => {
      for (let i = 0; i < calls; i++) void call(caller);
    };
    const kill = (): void => {
      isAlive = false;
    };
    return { fleet, limiter, store, redis, appId, ask, kill };
  };
  const replicas: Replica[] = [];
  for (let i = 0; i < count; i++) replicas.push(await start());
  // Every replica must have joined the fleet.
  while (!replicas.every(({ fleet }) => fleet.state().isShared)) await pass(clock, 250, replicas, 250);
  return { clock, replicas, arrivals, start };
}

/** Advances the clock in small steps and waits at each step until Redis has answered every replica. */
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
  it("exceed no window together, and use the quota", async () => {
    const { clock, replicas, arrivals } = await startFleet(3, inject("redisUrl"));
    for (const { ask } of replicas) ask(200);
    await pass(clock, 12_000, replicas);
    expectWithinLimits(arrivals);
    // 100 calls in the first ten seconds, then two seconds' share of the next 100, spent evenly.
    expect(arrivals.length).toBeGreaterThanOrEqual(0.9 * 120);
  });

  it("do not call Redis while a lease lasts", async () => {
    const { clock, replicas } = await startFleet(1, inject("redisUrl"));
    const [replica] = replicas as [Replica];
    let exchanges = 0;
    const renew = replica.store.renew;
    const counting = (asked: never) => {
      exchanges += 1;
      return renew(asked);
    };
    Object.assign(replica.store, { renew: counting });
    replica.ask(1);
    await pass(clock, 5, replicas);
    expect(exchanges).toBe(1);
    replica.ask(1);
    await pass(clock, 5, replicas);
    expect(exchanges).toBe(1);
  });

  it("let one replica use slots that the others do not need", async () => {
    const { clock, replicas, arrivals } = await startFleet(3, inject("redisUrl"));
    replicas[0]?.ask(18);
    await pass(clock, 50, replicas);
    expect(arrivals).toHaveLength(18);
  });

  it("return unused slots", async () => {
    const { clock, replicas, arrivals } = await startFleet(2, inject("redisUrl"));
    replicas[0]?.ask(1);
    await pass(clock, 400, replicas);
    // A replica keeps a tenth of the limit if it made a call in the last second.
    replicas[1]?.ask(18);
    await pass(clock, 50, replicas);
    expect(arrivals).toHaveLength(16);
    await pass(clock, 1100, replicas);
    expect(arrivals).toHaveLength(19);
  });

  it("keep working when one dies, and use the whole quota after five seconds", async () => {
    const { clock, replicas, arrivals } = await startFleet(2, inject("redisUrl"));
    const [survivor, dead] = replicas as [Replica, Replica];
    for (const { ask } of replicas) ask(500);
    await pass(clock, 12_000, replicas, 10);
    dead.redis.disconnect();
    dead.kill();
    const perSecond: number[] = [];
    for (let second = 0; second < 10; second++) {
      const before = arrivals.length;
      await pass(clock, 1000, [survivor], 10);
      perSecond.push(arrivals.length - before);
    }
    // The survivor's fair share is 5 calls a second, of 100 in ten seconds.
    expect(Math.min(...perSecond)).toBeGreaterThanOrEqual(4);
    expect(perSecond.slice(5).reduce((sum, calls) => sum + calls, 0)).toBeGreaterThanOrEqual(0.85 * 50);
    expectWithinLimits(arrivals);
  });

  it("divide the quota with one that joins after it is used up, and none stalls", async () => {
    const { clock, replicas, arrivals } = await startFleet(2, inject("redisUrl"));
    const [first, second] = replicas as [Replica, Replica];
    first.ask(500);
    await pass(clock, 12_000, replicas, 10);
    second.ask(500);
    for (let i = 0; i < 10; i++) {
      const before = [first.limiter.waiting(LIST), second.limiter.waiting(LIST)];
      await pass(clock, 1000, replicas, 10);
      expect(first.limiter.waiting(LIST)).toBeLessThan(before[0] ?? 0);
      expect(second.limiter.waiting(LIST)).toBeLessThan(before[1] ?? 0);
    }
    expectWithinLimits(arrivals);
  });

  it("do not call Redis while idle", async () => {
    const { clock, replicas } = await startFleet(1, inject("redisUrl"));
    const [replica] = replicas as [Replica];
    let commands = 0;
    const { renew } = replica.store;
    Object.assign(replica.store, {
      renew: (renewal: Parameters<typeof renew>[0]) => {
        commands += 1;
        return renew(renewal);
      },
    });
    replica.ask(3);
    await pass(clock, 3000, replicas, 10);
    expect(commands).toBeGreaterThan(5);
    commands = 0;
    await pass(clock, 10_000, replicas, 50);
    expect(commands).toBe(0);
    const left = await replica.redis.keys(`*${replica.appId}*parts*`);
    await pass(clock, 3000, replicas, 50);
    expect(left.length).toBeLessThanOrEqual(1);
  });

  it("learn a lower limit from each other", async () => {
    const { clock, replicas, arrivals } = await startFleet(2, inject("redisUrl"));
    const [first, second] = replicas as [Replica, Replica];
    first.ask(1);
    second.ask(1);
    await pass(clock, 50, replicas);
    first.limiter.throttled(LIST, 1000, 5);
    await pass(clock, 300, replicas);
    expect([first.limiter.ceiling(LIST), second.limiter.ceiling(LIST)]).toEqual([5, 5]);
    await pass(clock, 2000, replicas);
    const fromMs = clock.now();
    for (const { ask } of replicas) ask(50);
    await pass(clock, 3000, replicas);
    expect(arrivals.filter((at) => at >= fromMs && at < fromMs + 900).length).toBeLessThanOrEqual(5);
  });

  it("pause together when one is throttled, and send at most one probe each", async () => {
    const { clock, replicas, arrivals } = await startFleet(2, inject("redisUrl"));
    const [first, second] = replicas as [Replica, Replica];
    const fromMs = clock.now();
    first.limiter.throttled(LIST, 3000, null);
    await pass(clock, 5, replicas);
    for (const { ask } of [first, second]) ask(4);
    await pass(clock, 2900, replicas);
    expect(arrivals).toEqual([]);
    await pass(clock, 300, replicas);
    expect(arrivals).toHaveLength(8);
    // Each replica sends one probe call.
    expect(arrivals.filter((at) => at < fromMs + 3010).length).toBeLessThanOrEqual(2);
  });
});

describe("when Redis", () => {
  it("is slow, replicas still use all slots they need", async () => {
    const { clock, replicas, arrivals } = await startFleet(1, inject("redisUrl"));
    const [replica] = replicas as [Replica];
    const { renew } = replica.store;
    const slowly = async (asked: Parameters<typeof renew>[0]) => {
      const answer = await renew(asked);
      await clock.sleep(700);
      return answer;
    };
    Object.assign(replica.store, { renew: slowly });
    replica.ask(30);
    await pass(clock, 6000, replicas, 10);
    Object.assign(replica.store, { renew });
    expect(arrivals).toHaveLength(30);
  });

  it("goes away, an endpoint first used much later has its fallback share at once", async () => {
    const redis = await startRedis();
    const { clock, replicas, arrivals } = await startFleet(2, redis.url);
    await redis.kill();
    await pass(clock, 30_000, replicas, 250);
    replicas[0]?.ask(5);
    await pass(clock, 50, replicas);
    expect(arrivals).toHaveLength(5);
  });

  it("is replaced, replicas report their earlier calls to the new one", async () => {
    const redis = await startRedis();
    const { clock, replicas, arrivals, start } = await startFleet(1, redis.url);
    replicas[0]?.ask(95);
    await pass(clock, 6000, replicas, 10);
    await redis.kill();
    const again = await startRedis(redis.port);
    onTestFinished(() => again.kill());
    // A replica without any history calls first.
    const fresh = await start();
    const all = [...replicas, fresh];
    await untilReady(replicas[0]?.redis as Redis);
    fresh.ask(100);
    await pass(clock, 6000, all, 10);
    expectWithinLimits(arrivals);
  }, 60_000);

  it("is unreachable from the start, a replica keeps to the configured fallback share", async () => {
    const redis = await startRedis();
    const { clock, replicas, arrivals } = await startFleet(1, redis.url, { fallbackShare: 0.5 });
    await redis.kill();
    await pass(clock, 1100, replicas);
    replicas[0]?.ask(100);
    await pass(clock, 12_000, replicas);
    expectWithinLimits(arrivals, 0.5);
    expect(arrivals.length).toBeGreaterThanOrEqual(0.6 * 60);
  });

  it("is unreachable, each throttled response halves a replica's fallback share", async () => {
    const redis = await startRedis();
    const { clock, replicas, arrivals } = await startFleet(1, redis.url, { fallbackShare: 0.5 });
    await redis.kill();
    const [replica] = replicas as [Replica];
    replica.ask(500);
    await pass(clock, 40_000, replicas, 20);
    const countIn = async (ms: number): Promise<number> => {
      const before = arrivals.length;
      await pass(clock, ms, replicas, 20);
      return arrivals.length - before;
    };
    const whole = await countIn(20_000);
    replica.limiter.throttled(LIST, 100, null);
    await pass(clock, 12_000, replicas, 20);
    const half = await countIn(20_000);
    expect(whole).toBeGreaterThanOrEqual(0.85 * 100);
    expect(half).toBeGreaterThanOrEqual(0.8 * 50);
    expect(half).toBeLessThanOrEqual(50 + 1);
  }, 60_000);

  it("goes away and returns empty under load, no window is exceeded and no replica stalls", async () => {
    const redis = await startRedis();
    const { clock, replicas, arrivals } = await startFleet(2, redis.url);
    // The first replica has used nearly the whole window when Redis dies: the second must not add its share.
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

  it("is unreachable for one of two replicas, together they exceed the quota by at most its fallback share", async () => {
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
    // By then the replica with Redis has the whole quota, and the other adds its fallback share.
    expect(arrivals.length - before).toBeGreaterThan(50);
    expectWithinLimits(arrivals, 1.5);
  }, 60_000);

  it("has lost its data, a replica waits for the others, for at most the longest window", async () => {
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
