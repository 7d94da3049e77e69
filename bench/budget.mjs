// Measures quota use and fairness between callers at ten times the allowed load.
// npm run bench:budget -- [--rows use,drought,fair,tenants,queue] [--latency 0|200] [--replicas 1|2] [--seconds N]
// All rows take about twenty minutes. Loopback only; needs redis-server.

import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { createArrivalEstimate } from "../build/rate-limit/arrival-estimate.js";
import { createLimiter } from "../build/rate-limit/limiter.js";
import { startSandbox } from "../build/sandbox/server.js";
import { startRedis } from "../test/support/redis-server.mjs";
import { countBy, createCaller, listsOf, openLoop, percentile, startReplica } from "./load.mjs";

const { values: options } = parseArgs({
  options: {
    rows: { type: "string", default: "use,drought,fair,tenants,queue" },
    latency: { type: "string" },
    replicas: { type: "string" },
    seconds: { type: "string" },
  },
});
const latencies = options.latency ? [Number(options.latency)] : [0, 200];
const replicaCounts = options.replicas ? [Number(options.replicas)] : [1, 2];
const LIST = "GET /open-apis/hire/v1/exam_marking_tasks";
/** Narrowest documented quota, that of talents. */
const NARROW = [{ limit: 20, windowMs: 1000 }];
const DOCUMENTED = [
  { limit: 50, windowMs: 1000 },
  { limit: 1000, windowMs: 60_000 },
];
const CALLERS = 10;

const redis = await startRedis();
const rows = {
  use: async () => {
    const measured = [];
    for (const mode of ["sliding", "fixed"])
      for (const latency of latencies)
        for (const replicas of replicaCounts)
          measured.push(
            await measure({ quota: NARROW, perSecond: 200, mode, latency, replicas, deadlineMs: 3000, seconds: 30 }),
          );
    return measured;
  },
  drought: async () => {
    const measured = [];
    for (const replicas of replicaCounts)
      measured.push(
        await measure({
          quota: DOCUMENTED,
          perSecond: 80,
          mode: "sliding",
          latency: 20,
          replicas,
          deadlineMs: 3000,
          seconds: 300,
        }),
      );
    return measured;
  },
  fair: async () => {
    const measured = [];
    for (const latency of latencies) measured.push(await measureFairness(latency));
    return measured;
  },
  tenants: async () => [await measureTenants(100)],
  queue: async () => {
    // The first run compiles the code.
    measureQueue(10_000);
    return [10_000, 1_000_000].map(measureQueue);
  },
};
for (const name of options.rows.split(",")) {
  console.log(`\n${name}`);
  console.table(await rows[name]());
}
await redis.kill();

/** Returns the number of calls that a caller could make who knows all windows and loses no time. */
function allowedIn(ms, quota) {
  const starts = [];
  for (let now = 0; now < ms; now += 1) {
    while (quota.every(({ limit, windowMs }) => (starts.at(-limit) ?? Number.NEGATIVE_INFINITY) <= now - windowMs)) {
      starts.push(now);
    }
  }
  return starts.length;
}

async function startAll({ quota, mode, latency, replicas: count, deadlineMs }) {
  // The run starts half a second and half a minute into the upstream's windows.
  // Their windows therefore begin in the middle of ours.
  const shiftMs = 90_500 - (Date.now() % 60_000);
  const sandbox = await startSandbox({ quotas: { [LIST]: quota }, quotaMode: mode, now: () => Date.now() + shiftMs });
  const lists = listsOf(sandbox, 24_000);
  const env = {
    REQUEST_DEADLINE_MS: String(deadlineMs),
    FEISHU_QUOTAS: JSON.stringify({ [LIST]: quota }),
    ...(count > 1 && { REDIS_URL: redis.url, FEISHU_APP_ID: `cli_${Math.random().toString(36).slice(2)}` }),
  };
  const replicas = [];
  for (let i = 0; i < count; i++) {
    const replica = await startReplica(sandbox.url, env);
    replicas.push(replica);
    await warmUp(replica, lists);
  }
  if (latency > 0) sandbox.faults.arm({ kind: "latency", ms: latency, on: { times: 0 } });
  return { sandbox, lists, replicas };
}

/** Runs operations that call nothing, because the first hundreds of a process take many times as long. */
async function warmUp(replica, lists) {
  const caller = createCaller("127.0.3.1");
  await openLoop(300, 4000, (n) => caller.ask(replica.url, lists[n], { "x-explain": "plan" }));
  await caller.close();
}

async function endAll({ sandbox, replicas }, callers) {
  await Promise.all([...replicas.map((replica) => replica.end()), ...callers.map((caller) => caller.close())]);
  await sandbox.close();
}

async function measure(setting) {
  const { quota, perSecond, mode, latency, replicas: replicaCount, deadlineMs } = setting;
  const seconds = Number(options.seconds ?? setting.seconds);
  const { sandbox, lists, replicas } = await startAll(setting);
  const callers = Array.from({ length: CALLERS }, (_, i) => createCaller(`127.0.1.${i + 1}`));
  const startMs = performance.now();
  const calledMs = [];
  sandbox.events.on("call", (key) => key === LIST && calledMs.push(performance.now() - startMs));
  const answers = await openLoop(perSecond, seconds * 1000, (n) =>
    callers[n % CALLERS].ask(replicas[n % replicaCount].url, lists[n % lists.length]),
  );
  const inTime = calledMs.filter((ms) => ms < seconds * 1000);
  const gaps = inTime.map((ms, i) => ms - (inTime[i - 1] ?? 0));
  const allowed = allowedIn(seconds * 1000, quota);
  const accepted = answers.filter(({ code }) => code !== "UPSTREAM_RATE_LIMITED");
  const took = (of) => of.map(({ tookMs }) => tookMs);
  const result = {
    windows: mode,
    latency,
    replicas: replicaCount,
    offered: answers.length,
    allowed,
    "used %": Math.round((1000 * inTime.length) / allowed) / 10,
    throttled: sandbox.throttledCalls(),
    "longest gap ms": Math.round(Math.max(...gaps)),
    accepted: accepted.length,
    "failed at the deadline": accepted.filter(({ code }) => code === "DEADLINE_EXCEEDED").length,
    "late by over 100 ms": accepted.filter(({ tookMs }) => tookMs > deadlineMs + 100).length,
    "p99 ms": Math.round(percentile(took(accepted), 0.99)),
    "rejection p95 ms": Math.round(
      percentile(took(answers.filter(({ code }) => code === "UPSTREAM_RATE_LIMITED")), 0.95),
    ),
  };
  const others = accepted.filter(({ code }) => code !== "ok" && code !== "DEADLINE_EXCEEDED");
  if (others.length > 0) console.log(countBy(others, ({ code }) => code));
  await endAll({ sandbox, replicas }, callers);
  return result;
}

/**
 * Measures a client that requests a page every 667 ms.
 * It runs alone, and beside a client that keeps a hundred pages waiting.
 */
async function measureFairness(latency) {
  const started = await startAll({ quota: DOCUMENTED, mode: "sliding", latency, replicas: 1, deadlineMs: 15_000 });
  const { lists, replicas, sandbox } = started;
  const [replica] = replicas;
  const single = createCaller("127.0.2.1");
  const greedy = createCaller("127.0.2.2");
  const once = (n) => single.ask(replica.url, lists[n]);
  for (let n = 0; n < 20; n++) await once(n);
  const alone = await openLoop(1.5, 20_000, (n) => once(100 + n));
  await sleep(61_000);
  let isOver = false;
  const insist = async (start) => {
    for (let n = start; !isOver; n += 100) {
      const { code } = await greedy.ask(replica.url, lists[n % lists.length]);
      if (code !== "ok") await sleep(500);
    }
  };
  const insisting = Array.from({ length: 100 }, (_, i) => insist(i));
  await sleep(2000);
  const beside = await openLoop(1.5, 30_000, (n) => single.ask(replica.url, lists[1000 + n]));
  isOver = true;
  await Promise.all(insisting);
  const waits = (answers, share) =>
    Math.round(
      10 *
        percentile(
          answers.map(({ tookMs }) => tookMs),
          share,
        ),
    ) / 10;
  const result = {
    latency,
    "alone p50 ms": waits(alone, 0.5),
    "alone p95 ms": waits(alone, 0.95),
    "beside a greedy client p50 ms": waits(beside, 0.5),
    "beside a greedy client p95 ms": waits(beside, 0.95),
    failed: [...alone, ...beside].filter(({ code }) => code !== "ok").length,
    throttled: sandbox.throttledCalls(),
  };
  await endAll(started, [single, greedy]);
  return result;
}

/** Measures the first call of each of many tenants in sequence, and their cost once they are idle. */
async function measureTenants(count) {
  const { openRedis } = await import("../build/bootstrap/redis.js");
  const { Secret } = await import("../build/core/secret.js");
  const { systemClock: clock } = await import("../build/core/clock.js");
  const { createFleet } = await import("../build/rate-limit/redis/fleet.js");
  const { openFleetStore } = await import("../build/rate-limit/redis/store.js");
  const connection = openRedis(new Secret(redis.url));
  await connection.connect();
  const commands = async () => Number(/total_commands_processed:(\d+)/.exec(await connection.info("stats"))[1]);
  const store = openFleetStore({
    redis: connection,
    appId: "cli_tenants",
    replica: "one",
    longestWindowMs: () => 60_000,
  });
  const fleet = createFleet({ store, clock, fallbackShare: null, onChange: () => {} });
  await fleet.start();
  while (!fleet.state().isShared) await sleep(100);
  const quotas = new Map([[LIST, DOCUMENTED]]);
  const arrival = createArrivalEstimate(clock.now);
  const tookMs = [];
  const limiters = [];
  for (let n = 0; n < count; n++) {
    const startMs = performance.now();
    const limiter = createLimiter({ clock, quotas, arrival, openShare: fleet.openShares(`tenant ${n}`) });
    const signal = { aborted: false, addEventListener() {}, removeEventListener() {} };
    const permit = await limiter.acquire(LIST, { caller: "bench", deadlineMs: Number.POSITIVE_INFINITY, signal });
    tookMs.push(performance.now() - startMs);
    permit.sent();
    permit.end();
    limiters.push(limiter);
  }
  await sleep(3000);
  const before = await commands();
  await sleep(10_000);
  const idle = ((await commands()) - before) / 10;
  await fleet.close();
  connection.disconnect();
  return {
    tenants: count,
    "first call p50 ms": percentile(tookMs, 0.5).toFixed(1),
    "first call max ms": Math.max(...tookMs).toFixed(1),
    "Redis commands per second once idle": idle.toFixed(1),
  };
}

/** Measures the processor time of a queued call by the size of the quota. */
function measureQueue(limit) {
  let now = 0;
  const never = new Promise(() => {});
  const clock = { now: () => now, sleep: () => never };
  const arrival = createArrivalEstimate(clock.now);
  arrival.recordRoundTrip(0);
  const limiter = createLimiter({ clock, arrival, quotas: new Map([[LIST, [{ limit, windowMs: 60_000 }]]]) });
  const make = () => {
    const permit = limiter.tryAcquire(LIST, "filler");
    permit?.sent();
    permit?.end();
    return permit !== null;
  };
  for (let n = 0; n < limit; n++) {
    now += 60_000 / limit;
    make();
  }
  const signal = { aborted: false, addEventListener() {}, removeEventListener() {} };
  const calls = 1500;
  const startUs = process.cpuUsage();
  for (let n = 0; n < calls; n++) {
    limiter.acquire(LIST, { caller: `caller ${n % 64}`, deadlineMs: Number.POSITIVE_INFINITY, signal }).catch(() => {});
  }
  const { user, system } = process.cpuUsage(startUs);
  return { limit, "µs per queued call": ((user + system) / calls).toFixed(1) };
}
