// Ten times the load that Feishu allows: is any call refused, is the quota used, is anybody late, is it fair?
// npm run bench:budget  (about seven minutes; loopback only; needs redis-server)

import { setTimeout as sleep } from "node:timers/promises";
import { startSandbox } from "../dist/sandbox/server.js";
import { startRedis } from "../test/support/redis-server.mjs";
import { countBy, createCaller, listsOf, openLoop, percentile, startReplica } from "./load.mjs";

const LIST = "GET /open-apis/hire/v1/exam_marking_tasks";
const QUOTA = [
  { limit: 50, windowMs: 1000 },
  { limit: 1000, windowMs: 60_000 },
];
const SECONDS = Number(process.argv[2] ?? 70);
const DEADLINE_MS = 15_000;
const OFFERED_PER_SECOND = 500;
const CALLERS = 10;
const UPSTREAM_MS = 50;

const redis = await startRedis();
const rows = [];
for (const quotaMode of ["sliding", "fixed"]) {
  for (const replicas of [1, 2]) rows.push(await measure(quotaMode, replicas));
}
console.table(rows);
console.table([await measureFairness()]);
await redis.kill();

/** How many calls somebody could have made who knew both windows and lost no time. */
function allowedIn(ms) {
  const starts = [];
  for (let now = 0; now < ms; now += 1) {
    for (;;) {
      const isFull = QUOTA.some(
        ({ limit, windowMs }) => (starts.at(-limit) ?? Number.NEGATIVE_INFINITY) > now - windowMs,
      );
      if (isFull) break;
      starts.push(now);
    }
  }
  return starts.length;
}

async function startAll(quotaMode, replicaCount, env) {
  // Half a second and half a minute into the upstream's windows: theirs begin in the middle of ours.
  const shiftMs = 90_500 - (Date.now() % 60_000);
  const sandbox = await startSandbox({ quotas: { [LIST]: QUOTA }, quotaMode, now: () => Date.now() + shiftMs });
  const lists = listsOf(sandbox, 24_000);
  const replicas = [];
  for (let i = 0; i < replicaCount; i++) {
    const replica = await startReplica(sandbox.url, { REQUEST_DEADLINE_MS: String(DEADLINE_MS), ...env });
    replicas.push(replica);
    await warmUp(replica, lists);
  }
  return { sandbox, lists, replicas };
}

/** The first hundreds of operations of a process take many times as long as those that follow: they ask for nothing. */
async function warmUp(replica, lists) {
  const caller = createCaller("127.0.3.1");
  await openLoop(300, 4000, (n) => caller.ask(replica.url, lists[n], { "x-explain": "plan" }));
  await caller.close();
}

async function endAll({ sandbox, replicas }, callers) {
  await Promise.all([...replicas.map((replica) => replica.end()), ...callers.map((caller) => caller.close())]);
  await sandbox.close();
}

async function measure(quotaMode, replicaCount) {
  const env = replicaCount > 1 ? { REDIS_URL: redis.url, FEISHU_APP_ID: `cli_${quotaMode}` } : {};
  const { sandbox, lists, replicas } = await startAll(quotaMode, replicaCount, env);
  const callers = Array.from({ length: CALLERS }, (_, i) => createCaller(`127.0.1.${i + 1}`));
  let usedInTime = 0;
  const note = (key) => {
    if (key === LIST) usedInTime += 1;
  };
  sandbox.events.on("call", note);
  setTimeout(() => sandbox.events.off("call", note), SECONDS * 1000);
  const answers = await openLoop(OFFERED_PER_SECOND, SECONDS * 1000, (n) =>
    callers[n % CALLERS].ask(replicas[n % replicaCount].url, lists[n % lists.length]),
  );
  const allowed = allowedIn(SECONDS * 1000);
  // Refused at once is not accepted; everything else that was not answered in time is late.
  const accepted = answers.filter(({ code }) => code !== "UPSTREAM_RATE_LIMITED");
  const late = accepted.filter(({ code, tookMs }) => code !== "ok" || tookMs > DEADLINE_MS);
  const refused = answers.filter(({ code }) => code === "UPSTREAM_RATE_LIMITED");
  const result = {
    windows: quotaMode,
    replicas: replicaCount,
    offered: answers.length,
    allowed,
    used: usedInTime,
    "used %": Math.round((1000 * usedInTime) / allowed) / 10,
    throttled: sandbox.throttledCalls(),
    accepted: accepted.length,
    late: late.length,
    "wait p95 ms": Math.round(
      percentile(
        accepted.map(({ tookMs }) => tookMs),
        0.95,
      ),
    ),
    "refusal p95 ms": Math.round(
      percentile(
        refused.map(({ tookMs }) => tookMs),
        0.95,
      ),
    ),
  };
  if (late.length > 0)
    console.log(
      "late:",
      countBy(late, ({ code }) => code),
    );
  await endAll({ sandbox, replicas }, callers);
  return result;
}

/** A client that asks a page every 667 ms, alone and beside one that keeps a hundred pages waiting. */
async function measureFairness() {
  const started = await startAll("sliding", 1, {});
  const { lists, replicas, sandbox } = started;
  const [replica] = replicas;
  // Feishu itself is not as near as a sandbox.
  sandbox.faults.arm({ kind: "latency", ms: UPSTREAM_MS, on: { times: 0 } });
  const single = createCaller("127.0.2.1");
  const greedy = createCaller("127.0.2.2");
  const once = (n) => single.ask(replica.url, lists[n]);
  for (let n = 0; n < 50; n++) await once(n);
  await sleep(61_000);
  const alone = await openLoop(1.5, 30_000, once);
  await sleep(61_000);
  let isOver = false;
  const insist = async (start) => {
    for (let n = start; !isOver; n += 100) {
      const { code } = await greedy.ask(replica.url, lists[n % lists.length]);
      if (code !== "ok") await sleep(500);
    }
  };
  const insisting = Array.from({ length: 100 }, (_, i) => insist(i));
  await sleep(500);
  const beside = await openLoop(1.5, 30_000, (n) => single.ask(replica.url, lists[1000 + n]));
  isOver = true;
  await Promise.all(insisting);
  const waits = (answers) => answers.map(({ tookMs }) => tookMs);
  const result = {
    "alone p50 ms": percentile(waits(alone), 0.5).toFixed(1),
    "alone p95 ms": percentile(waits(alone), 0.95).toFixed(1),
    "beside a greedy one p50 ms": percentile(waits(beside), 0.5).toFixed(1),
    "beside p95 ms": percentile(waits(beside), 0.95).toFixed(1),
    failed: [...alone, ...beside].filter(({ code }) => code !== "ok").length,
    throttled: sandbox.throttledCalls(),
  };
  await endAll(started, [single, greedy]);
  return result;
}
