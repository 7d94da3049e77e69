// Pages side by side: the service, a stock Apollo Server, and the floor, on the same upstream.
// npm run bench:page -- [seconds] [round] [peer]; SERVICE_ENV is JSON, NODE_ARGS are ours alone.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Pool } from "undici";
import { ENDPOINTS } from "../dist/feishu/endpoints.js";

const SECONDS = Number(process.argv[2] ?? 8);
const ONLY = process.argv[3];
const ONLY_PEER = process.argv[4];
const NODE_ARGS = (process.env.NODE_ARGS ?? "").split(" ").filter(Boolean);
const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const noQuotas = JSON.stringify(Object.fromEntries(Object.values(ENDPOINTS).map(({ key }) => [key, []])));

const QUERY = `query Page($userId: ID!, $first: Int!) { examMarkingTasks(userId: $userId, first: $first) {
  edges { node { id status job { title code department { name { zhCn } } } talent { name experienceYears } application { stage { name { zhCn } } } } }
  pageInfo { hasNextPage endCursor } } }`;

/** What is measured: `marker` gives whose page the n-th question asks for. */
const ROUNDS = [
  { name: "page: unique, 0 ms, 16 clients", clients: 16, delayMs: 0, first: 20, marker: (n) => n },
  {
    name: "small: the same with small bodies",
    clients: 16,
    delayMs: 0,
    first: 20,
    marker: (n) => n,
    bodies: "small",
  },
  { name: "deep: first 100, 20 ms, 16 clients", clients: 16, delayMs: 20, first: 100, marker: (n) => n },
  { name: "one client, 20 ms", clients: 1, delayMs: 20, first: 20, marker: (n) => n },
  { name: "hot: one marker, 20 ms, 64 clients", clients: 64, delayMs: 20, first: 20, marker: () => 1, isHot: true },
].filter(({ name }) => !ONLY || name.startsWith(ONLY));

/** A process on a core of its own, that ends with the round. */
function start(core, script, env, ready, args = []) {
  const child = spawn("taskset", ["-c", core, process.execPath, ...args, path(script)], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  return new Promise((resolve, reject) => {
    let printed = "";
    child.stdout.on("data", (chunk) => {
      printed += chunk;
      const [, url] = ready.exec(printed) ?? [];
      if (url) resolve({ child, url: new URL(url) });
    });
    child.on("exit", () => reject(new Error(`${script} has ended: ${printed}`)));
  });
}

const service = (upstream, isHot) => ({
  PORT: "0",
  LOG_LEVEL: "error",
  NODE_ENV: "production",
  FEISHU_APP_ID: "cli_bench",
  FEISHU_APP_SECRET: "bench-secret",
  FEISHU_BASE_URL: upstream,
  FEISHU_QUOTAS: noQuotas,
  ...(isHot ? {} : { CACHE_TTL_PAGE_S: "0" }),
  ...JSON.parse(process.env.SERVICE_ENV ?? "{}"),
});
const READY = /ready (\S+)\n/;
const PEERS = {
  floor: (upstream) => start("0", "./peers/floor.mjs", { UPSTREAM: upstream, NODE_ENV: "production" }, READY),
  stock: (upstream) => start("0", "./peers/stock.mjs", { UPSTREAM: upstream, NODE_ENV: "production" }, READY),
  ours: (upstream, isHot) => start("0", "../dist/main.js", service(upstream, isHot), /GraphQL +(\S+)\n/, NODE_ARGS),
};

/** Processor time so far, in milliseconds, and the most memory, in MiB. */
const cpuMs = (pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
};
const peakMiB = (pid) => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;
const callsOf = async (upstream) => (await (await fetch(new URL("/__calls", upstream))).json()).calls;

async function measure(peer, { clients, delayMs, first, marker, isHot, bodies = "full" }) {
  const upstream = await start("1", "./peers/upstream.mjs", { DELAY_MS: String(delayMs), BODIES: bodies }, READY);
  const { child, url } = await PEERS[peer](upstream.url.origin, isHot);
  const pool = new Pool(url.origin, { connections: clients });
  let asked = 0;
  let isOver = false;
  let times = [];
  const headers = { "content-type": "application/json" };
  const ask = async () => {
    const variables = { userId: `ou_${marker(asked++)}`, first };
    const startedAt = performance.now();
    const { body } = await pool.request({
      method: "POST",
      path: url.pathname,
      headers,
      body: JSON.stringify({ query: QUERY, variables }),
    });
    const text = await body.text();
    if (text.includes('"errors"') || text.split('"experienceYears"').length !== first + 1)
      throw new Error(text.slice(0, 300));
    times.push(performance.now() - startedAt);
  };
  const running = Array.from({ length: clients }, async () => {
    while (!isOver) await ask();
  });
  // Until the code is warm.
  await sleep(Number(process.env.WARM ?? 4) * 1000);
  const before = { cpu: cpuMs(child.pid), calls: await callsOf(upstream.url), at: performance.now() };
  times = [];
  await sleep(SECONDS * 1000);
  const count = times.length;
  const seconds = (performance.now() - before.at) / 1000;
  const sorted = times.toSorted((a, b) => a - b);
  const result = {
    rps: count / seconds,
    cpu: (cpuMs(child.pid) - before.cpu) / count,
    p50: sorted[Math.floor(count / 2)],
    p99: sorted[Math.floor(count * 0.99)],
    calls: ((await callsOf(upstream.url)) - before.calls) / count,
    peak: peakMiB(child.pid),
  };
  isOver = true;
  await Promise.all(running);
  await pool.close();
  for (const process of [child, upstream.child]) process.removeAllListeners("exit").kill();
  return result;
}

for (const round of ROUNDS) {
  console.log(`\n${round.name}`);
  const results = {};
  for (const peer of Object.keys(PEERS).filter((name) => !ONLY_PEER || name === ONLY_PEER)) {
    const result = await measure(peer, round);
    results[peer] = result;
    const { rps, cpu, p50, p99, calls, peak } = result;
    console.log(
      `  ${peer.padEnd(6)} ${rps.toFixed(1).padStart(7)} rps  p50 ${p50.toFixed(1)} ms  p99 ${p99.toFixed(1)} ms  cpu ${cpu.toFixed(2)} ms/query  ${calls.toFixed(2)} calls/query  peak ${peak.toFixed(0)} MiB`,
    );
  }
  const { floor, stock, ours } = results;
  if (!floor || !stock || !ours) continue;
  console.log(
    `  ours: ${(ours.rps / stock.rps).toFixed(2)}× stock's throughput, ${(ours.cpu / floor.cpu).toFixed(2)}× the floor's processor time, ${(ours.p50 / floor.p50).toFixed(2)}× its p50`,
  );
}
