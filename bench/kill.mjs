// Records each second of a failure under load: Redis, a replica, one replica's Redis link, throttling by Feishu.
// npm run bench:kill -- [--quota minute|second]  (about two minutes; loopback only; needs redis-server)
import { createServer, connect as dial } from "node:net";
import { parseArgs } from "node:util";
import { startSandbox } from "../build/sandbox/server.js";
import { startRedis } from "../test/support/redis-server.mjs";
import { countBy, createCaller, listsOf, openLoop, percentile, startReplica } from "./load.mjs";

const { values: options } = parseArgs({ options: { quota: { type: "string", default: "minute" } } });
const LIST = "GET /open-apis/hire/v1/exam_marking_tasks";
const SECOND = { limit: 50, windowMs: 1000 };
const QUOTA = options.quota === "second" ? [SECOND] : [SECOND, { limit: 1000, windowMs: 60_000 }];
const OFFERED_PER_SECOND = 80;
const SECONDS = 150;

let redis = await startRedis();
const gate = await openGate(redis.port);
const sandbox = await startSandbox({ quotas: { [LIST]: QUOTA } });
const lists = listsOf(sandbox, 12_000);
const env = {
  REQUEST_DEADLINE_MS: "2000",
  FEISHU_TIMEOUT_MS: "1000",
  FEISHU_QUOTAS: JSON.stringify({ [LIST]: QUOTA }),
};
/** Starts a replica. The second one reaches Redis through the gate, which can be shut. */
const startOne = (n) =>
  startReplica(sandbox.url, { ...env, REDIS_URL: n === 0 ? redis.url : `redis://127.0.0.1:${gate.port}` });
const replicas = [await startOne(0), await startOne(1)];
const callers = Array.from({ length: 8 }, (_, i) => createCaller(`127.0.4.${i + 1}`));

/** Events by second. Half a minute passes before the first, so that the minute's window is in use. */
const EVENTS = {
  40: ["replica 2 is killed (SIGKILL); its clients go to replica 1", () => replicas[1].end("SIGKILL")],
  60: ["replica 2 is back", async () => (replicas[1] = await startOne(1))],
  75: ["replica 2 cannot reach Redis", () => gate.shut()],
  90: ["replica 2 can reach Redis again", () => gate.open()],
  100: ["Redis is killed", () => redis.kill()],
  110: ["Redis is back, with no memory", async () => (redis = await startRedis(redis.port))],
  122: [
    "Feishu throttles without warning, for 2 s",
    () => sandbox.faults.arm({ kind: "throttle", resetS: 2, on: { times: 1 } }),
  ],
  132: ["Feishu resets all connections, for 1 s", () => sandbox.faults.arm({ kind: "reset", on: { times: 0 } })],
  140: ["Feishu hangs, for 1 s", () => sandbox.faults.arm({ kind: "hold", on: { times: 0 } })],
};
const startMs = performance.now();
for (const [second, [, happen]] of Object.entries(EVENTS)) setTimeout(happen, Number(second) * 1000);
// Each fault of Feishu lasts one second.
for (const second of [133, 141]) setTimeout(() => sandbox.faults.clear(), second * 1000);

const seconds = Array.from({ length: SECONDS }, () => []);
const answered = Array(SECONDS).fill(0);
let throttledBefore = 0;
const throttledBySecond = [];
const ticker = setInterval(() => {
  throttledBySecond.push(sandbox.throttledCalls() - throttledBefore);
  throttledBefore = sandbox.throttledCalls();
}, 1000);
const secondNow = () => Math.min(SECONDS - 1, Math.floor((performance.now() - startMs) / 1000));
await openLoop(OFFERED_PER_SECOND, SECONDS * 1000, async (n) => {
  const second = secondNow();
  const replica = replicas[second >= 40 && second < 62 ? 0 : n % 2];
  const answer = await callers[n % callers.length].ask(replica.url, lists[n % lists.length]);
  seconds[second].push(answer);
  if (answer.code === "ok") answered[secondNow()] += 1;
});
clearInterval(ticker);

const marks = [0, ...Object.keys(EVENTS).map(Number), SECONDS];
for (const [i, from] of marks.slice(0, -1).entries()) {
  const to = marks[i + 1];
  const asked = seconds.slice(from, to).flat();
  const good = asked.filter(({ code }) => code === "ok");
  console.log(`\n${from} s: ${EVENTS[from]?.[0] ?? "no failure"}`);
  console.log(`  answers by second: ${answered.slice(from, to).join(" ")}`);
  console.log(`  over quota:        ${throttledBySecond.slice(from, to).reduce((sum, count) => sum + count, 0)}`);
  const p95 = percentile(
    good.map(({ tookMs }) => tookMs),
    0.95,
  );
  console.log(`  p95 ms:            ${Math.round(p95)}`);
  const errors = countBy(
    asked.filter(({ code }) => code !== "ok"),
    ({ code }) => code,
  );
  console.log(`  errors:            ${JSON.stringify(errors)}`);
}
sandbox.faults.clear();
await Promise.all([...replicas.map((replica) => replica.end()), ...callers.map((caller) => caller.close())]);
await sandbox.close();
await redis.kill();
gate.close();

/** Opens a proxy to Redis that can be shut: connections through it end, and new ones are refused. */
async function openGate(redisPort) {
  let isOpen = true;
  const sockets = new Set();
  const server = createServer((socket) => {
    if (!isOpen) return socket.destroy();
    const other = dial(redisPort, "127.0.0.1");
    for (const one of [socket, other]) {
      sockets.add(one);
      one.on("error", () => one.destroy());
      one.on("close", () => {
        sockets.delete(one);
        socket.destroy();
        other.destroy();
      });
    }
    socket.pipe(other);
    other.pipe(socket);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: server.address().port,
    open: () => (isOpen = true),
    shut() {
      isOpen = false;
      for (const socket of sockets) socket.destroy();
    },
    close: () => server.close(),
  };
}
