// Measures cold start beside a stock server, and 200 tasks under the documented quotas. npm run bench:start
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startSandbox } from "../build/sandbox/server.js";

const RUNS = 7;
const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));

/** Starts a server, and returns its address as soon as it prints one. */
async function start(script, env, ready) {
  const child = spawn(process.execPath, [path(script)], {
    env: { PATH: process.env.PATH, PORT: "0", NODE_ENV: "production", ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let printed = "";
  const url = await new Promise((resolve) => {
    child.stdout.on("data", (chunk) => {
      printed += chunk;
      const [, found] = ready.exec(printed) ?? [];
      if (found) resolve(found);
    });
  });
  return { url, stop: () => child.kill() };
}

async function ask(url, query, variables = {}) {
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify({ query, variables }) });
  return response.json();
}

const ours = (upstream) =>
  start(
    "../dist/main.js",
    { LOG_LEVEL: "error", FEISHU_APP_ID: "cli_bench", FEISHU_APP_SECRET: "sandbox-secret", FEISHU_BASE_URL: upstream },
    /GraphQL +(\S+)\n/,
  );
const stock = (upstream) => start("./peers/stock.mjs", { UPSTREAM: upstream }, /ready (\S+)\n/);

async function coldStartMs(peer, upstream) {
  const times = [];
  for (let run = 0; run < RUNS; run++) {
    const startedAt = performance.now();
    const { url, stop } = await peer(upstream);
    await ask(url, "{ __typename }");
    times.push(performance.now() - startedAt);
    stop();
  }
  return times.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)];
}

const sandbox = await startSandbox();
const [oursMs, stockMs] = [await coldStartMs(ours, sandbox.url), await coldStartMs(stock, sandbox.url)];
console.log(
  `cold start to the first answer, median of ${RUNS}: ours ${oursMs.toFixed(0)} ms, stock ${stockMs.toFixed(0)} ms, ${(oursMs / stockMs).toFixed(2)}×`,
);

const PAGE = `query Page($userId: ID!, $after: String) { examMarkingTasks(userId: $userId, first: 100, after: $after) {
  edges { node { job { title } talent { name } application { stage { id } } } } pageInfo { hasNextPage endCursor } interruption { code } } }`;
const { ids, tasks } = sandbox.world.addMarker(200);
const { url, stop } = await ours(sandbox.url);
await ask(url, "{ __typename }");
// The calls of the start leave the windows meanwhile.
await sleep(1100);
sandbox.calls.clear();
const startedAt = performance.now();
const first = await ask(url, PAGE, { userId: ids.open_id });
const { endCursor } = first.data.examMarkingTasks.pageInfo;
const second = await ask(url, PAGE, { userId: ids.open_id, after: endCursor });
const seconds = (performance.now() - startedAt) / 1000;
const rows = [first, second].flatMap(({ data }) => data.examMarkingTasks.edges);
const errors = [first, second].flatMap((answer) => answer.errors ?? []).length;
const talents = new Set(tasks.map(({ talent_id }) => talent_id)).size;
console.log(
  `200 tasks with job, talent and application in two requests: ${seconds.toFixed(2)} s, ${rows.length} rows, ${errors} errors, ${sandbox.throttledCalls()} throttled`,
);
for (const [endpoint, calls] of sandbox.calls) console.log(`  ${String(calls).padStart(4)}  ${endpoint}`);
console.log(`  lower bound: ${talents} talents at 20 per second take ${((talents - 20) / 20).toFixed(1)} s`);
stop();
await sandbox.close();
