// Runs ten minutes of load with occasional faults, then a shutdown under load. npm run bench:soak -- [minutes]
// Loopback only; needs redis-server.
import { setTimeout as sleep } from "node:timers/promises";
import { Agent, request } from "undici";
import { ENDPOINTS } from "../build/feishu/endpoints.js";
import { startSandbox } from "../build/sandbox/server.js";
import { startRedis } from "../test/support/redis-server.mjs";
import { countBy, openLoop, startReplica } from "./load.mjs";
import { startWatchers } from "./watchers.mjs";

const MINUTES = Number(process.argv[2] ?? 10);
const PER_SECOND = 30;
const DRAIN_PER_SECOND = 200;
const TASKS = 45;
const QUERY = `query Soak($userId: ID!, $first: Int!) { examMarkingTasks(userId: $userId, first: $first) {
  edges { node { id talent { name } job { title } application { stage { id } } } }
  pageInfo { hasNextPage endCursor } interruption { code } } }`;

let redis = await startRedis();
const sandbox = await startSandbox({ quotas: {} });
const service = await startReplica(sandbox.url, {
  REDIS_URL: redis.url,
  FEISHU_QUOTAS: JSON.stringify(Object.fromEntries(Object.values(ENDPOINTS).map(({ key }) => [key, []]))),
  LOG_LEVEL: "fatal",
  CACHE_TTL_TALENT_S: "5",
  CACHE_TTL_APPLICATION_S: "5",
  CACHE_TTL_JOB_S: "5",
  CACHE_MAX_MIB: "16",
  DRAIN_DELAY_MS: "2000",
  LIVE_INTERVAL_S: "2",
});
const markers = Array.from({ length: 50 }, () => sandbox.world.addMarker(TASKS).ids.open_id);
const agent = new Agent({ connections: 256 });
/** Separate agent of the readiness probe, so that it does not wait behind queries. */
const prober = new Agent();

/**
 * Faults, each one every few seconds after the other.
 * They are too rare to open a circuit breaker.
 * While it is open, no call would use a fault up.
 */
const FAULTS = [
  () => sandbox.faults.arm({ kind: "latency", ms: 300, on: { times: 200 } }),
  () => sandbox.faults.arm({ kind: "reset", on: { times: 8 } }),
  () => sandbox.faults.arm({ kind: "throttle", resetS: 1, on: { contains: "talents/", times: 1 } }),
  () => sandbox.tokens.expireAll(),
  () => sandbox.faults.arm({ kind: "status", httpStatus: 500, code: 1002001, on: { times: 8 } }),
  () => sandbox.faults.arm({ kind: "truncate", on: { times: 5 } }),
  async () => {
    await redis.kill();
    await sleep(2000);
    redis = await startRedis(redis.port);
  },
];
const FAULT_EVERY_MS = 8000;

/** Returns the outcome of one query. A response is complete, or says what is missing. */
function verdictOf(body, first) {
  const { data, errors = [] } = body;
  const list = data?.examMarkingTasks;
  if (!list) return errors.length > 0 ? `error ${errors[0].extensions?.code}` : "LOST: neither data nor an error";
  const isShort = list.edges.length < first && !list.interruption;
  if (isShort) return `LOST: ${list.edges.length} of ${first} rows, without an interruption`;
  const missing = list.edges
    .flatMap(({ node }) => [node.talent, node.job, node.application])
    .filter((one) => !one).length;
  if (missing > errors.length) return "LOST: gaps without errors";
  if (list.interruption) return `interrupted ${list.interruption.code}`;
  return missing > 0 ? "gaps with errors" : "ok";
}

async function ask(n) {
  const first = [5, 20, TASKS][n % 3];
  const variables = { userId: markers[n % markers.length], first };
  try {
    const answer = await request(`${service.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: QUERY, variables }),
      dispatcher: agent,
    });
    return verdictOf(await answer.body.json(), first);
  } catch (error) {
    return `DROPPED: ${error.code ?? error.name}`;
  }
}

/** Returns heap, memory, open files and active event loop resources, from the service's Prometheus metrics. */
async function vitals() {
  const text = await (await request(`${service.url}/metrics`, { dispatcher: agent })).body.text();
  const value = (name) => Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1] ?? 0);
  return {
    heapMiB: Math.round(value("nodejs_heap_size_used_bytes") / 2 ** 20),
    rssMiB: Math.round(value("process_resident_memory_bytes") / 2 ** 20),
    openFiles: value("process_open_fds"),
    active: value("nodejs_active_resources_total"),
    subscriptions: value("feishu_hire_subscriptions"),
  };
}

const live = startWatchers(service.url, sandbox);
const rows = [];
let isOver = false;
const faults = (async () => {
  for (let i = 0; !isOver; i++) {
    await sleep(FAULT_EVERY_MS);
    await FAULTS[i % FAULTS.length]();
  }
})();
for (let minute = 1; minute <= MINUTES; minute++) {
  const verdicts = await openLoop(PER_SECOND, 60_000, (n) => ask(n));
  rows.push({ minute, ...(await vitals()), ...countBy(verdicts, (verdict) => verdict.split(":")[0].split(" ")[0]) });
  console.table([rows.at(-1)]);
  for (const lost of verdicts.filter((verdict) => /LOST|DROPPED/.test(verdict)).slice(0, 5)) console.log(lost);
}
isOver = true;
await faults;
sandbox.faults.clear();
live.rest();
// Calls in flight, and every timer of an operation, have ended by then.
await sleep(20_000);
console.log("subscribers that left and resumed; `wrong` counts those that missed a change");
console.table([await live.end()]);
console.log("by minute, and twenty seconds after the end");
console.table([...rows, { minute: "after", ...(await vitals()) }]);

console.log(`\nSIGTERM under ${DRAIN_PER_SECOND} queries per second, from clients that stop once it is not ready`);
let isReady = true;
const watching = (async () => {
  while (isReady) {
    const { statusCode, body } = await request(`${service.url}/health/ready`, { dispatcher: prober });
    await body.dump();
    isReady = statusCode === 200;
    await sleep(100);
  }
})();
setTimeout(() => void service.end("SIGTERM"), 2000);
const verdicts = await openLoop(DRAIN_PER_SECOND, 4000, async (n) => (isReady ? ask(n) : "not sent"));
await watching;
console.table([countBy(verdicts, (verdict) => verdict)]);
await Promise.all([agent.close(), prober.close()]);
await sandbox.close();
await redis.kill();
