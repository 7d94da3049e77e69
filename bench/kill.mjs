// What happens when things die under load: Redis, a replica, Feishu's manners.
// npm run bench:kill  (about a minute; loopback only; needs redis-server)
import { startSandbox } from "../dist/sandbox/server.js";
import { startRedis } from "../test/support/redis-server.mjs";
import { countBy, createCaller, listsOf, openLoop, percentile, startReplica } from "./load.mjs";

const LIST = "GET /open-apis/hire/v1/exam_marking_tasks";
/** The second's window alone: with the minute's, most of the time would be spent waiting for its end. */
const QUOTA = [{ limit: 50, windowMs: 1000 }];
const OFFERED_PER_SECOND = 80;
const SECONDS = 60;

let redis = await startRedis();
const sandbox = await startSandbox({ quotas: { [LIST]: QUOTA } });
const lists = listsOf(sandbox, 12_000);
const env = {
  REDIS_URL: redis.url,
  REQUEST_DEADLINE_MS: "2000",
  FEISHU_TIMEOUT_MS: "1000",
  FEISHU_QUOTAS: JSON.stringify({ [LIST]: QUOTA }),
};
const replicas = [await startReplica(sandbox.url, env), await startReplica(sandbox.url, env)];
const callers = Array.from({ length: 8 }, (_, i) => createCaller(`127.0.4.${i + 1}`));

/** By second: what happens then. */
const EVENTS = {
  6: ["Redis is killed", () => redis.kill()],
  16: ["Redis is back, with no memory", async () => (redis = await startRedis(redis.port))],
  24: ["replica 2 is killed (SIGKILL); its clients go to replica 1", () => replicas[1].end("SIGKILL")],
  32: ["replica 2 is back", async () => (replicas[1] = await startReplica(sandbox.url, env))],
  38: [
    "Feishu throttles without warning, for 2 s",
    () => sandbox.faults.arm({ kind: "throttle", resetS: 2, on: { times: 1 } }),
  ],
  44: ["Feishu resets all connections, for 1 s", () => sandbox.faults.arm({ kind: "reset", on: { times: 0 } })],
  50: ["Feishu hangs, for 1 s", () => sandbox.faults.arm({ kind: "hold", on: { times: 0 } })],
};
const startMs = performance.now();
for (const [second, [, happen]] of Object.entries(EVENTS)) setTimeout(happen, Number(second) * 1000);
// What Feishu does wrong, it does for a second.
for (const second of [45, 51]) setTimeout(() => sandbox.faults.clear(), second * 1000);

const seconds = Array.from({ length: SECONDS }, () => []);
let throttledBefore = 0;
const throttledBySecond = [];
const ticker = setInterval(() => {
  throttledBySecond.push(sandbox.throttledCalls() - throttledBefore);
  throttledBefore = sandbox.throttledCalls();
}, 1000);
await openLoop(OFFERED_PER_SECOND, SECONDS * 1000, async (n) => {
  const second = Math.min(SECONDS - 1, Math.floor((performance.now() - startMs) / 1000));
  const replica = replicas[second >= 24 && second < 34 ? 0 : n % 2];
  seconds[second].push(await callers[n % callers.length].ask(replica.url, lists[n % lists.length]));
});
clearInterval(ticker);

const marks = [0, ...Object.keys(EVENTS).map(Number), SECONDS];
console.table(
  marks.slice(0, -1).map((from, i) => {
    const answers = seconds.slice(from, marks[i + 1]).flat();
    const length = marks[i + 1] - from;
    const good = answers.filter(({ code }) => code === "ok");
    // The first second of the phase in which at least half of what Feishu allows was answered.
    const resumed = seconds
      .slice(from, marks[i + 1])
      .findIndex((second) => second.filter(({ code }) => code === "ok").length >= 25);
    return {
      "from s": from,
      what: EVENTS[from]?.[0] ?? "all is well",
      "answers/s": Math.round(good.length / length),
      "p95 ms": Math.round(
        percentile(
          good.map(({ tookMs }) => tookMs),
          0.95,
        ),
      ),
      "serving after s": resumed,
      "over quota": throttledBySecond.slice(from, marks[i + 1]).reduce((sum, count) => sum + count, 0),
      errors: JSON.stringify(
        countBy(
          answers.filter(({ code }) => code !== "ok"),
          ({ code }) => code,
        ),
      ),
    };
  }),
);
sandbox.faults.clear();
await Promise.all([...replicas.map((replica) => replica.end()), ...callers.map((caller) => caller.close())]);
await sandbox.close();
await redis.kill();
