// The service, a stock Apollo Server, a lean one and the floor, each on a core of its own before the same upstream: what the benches of pages,
// memory and growth have in common. SERVICE_ENV is JSON, NODE_ARGS are the service's alone.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Pool } from "undici";
import { ENDPOINTS } from "../build/feishu/endpoints.js";

const WARM_UP_MS = 4000;
const NODE_ARGS = (process.env.NODE_ARGS ?? "").split(" ").filter(Boolean);
const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const noQuotas = JSON.stringify(Object.fromEntries(Object.values(ENDPOINTS).map(({ key }) => [key, []])));

const QUERY = `query Page($userId: ID!, $first: Int!) { examMarkingTasks(userId: $userId, first: $first) {
  edges { node { id status job { title code department { name { zhCn } } } talent { name experienceYears } application { stage { name { zhCn } } } } }
  pageInfo { hasNextPage endCursor } } }`;

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
export const PEERS = {
  floor: (upstream) => start("0", "./peers/floor.mjs", { UPSTREAM: upstream, NODE_ENV: "production" }, READY),
  stock: (upstream) => start("0", "./peers/stock.mjs", { UPSTREAM: upstream, NODE_ENV: "production" }, READY),
  lean: (upstream) => start("0", "./peers/stock.mjs", { UPSTREAM: upstream, NODE_ENV: "production", LEAN: "1" }, READY),
  ours: (upstream, isHot) => start("0", "../dist/main.js", service(upstream, isHot), /GraphQL +(\S+)\n/, NODE_ARGS),
};

/** Processor time so far, in milliseconds, and the most memory, in MiB. */
export const cpuMs = (pid) => {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
};
const statusMiB = (pid, field) =>
  Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;
/** An upstream that answers after `delayMs` with bodies of the size that Feishu's have, or small ones. */
export const startUpstream = ({ delayMs, bodies = "full" }) =>
  start("1", "./peers/upstream.mjs", { DELAY_MS: String(delayMs), BODIES: bodies }, READY);

/** Asks for `first` rows of a marker's list, and looks whether they are all there. */
export async function askPage(pool, url, marker, first, headers = {}) {
  const { body } = await pool.request({
    method: "POST",
    path: url.pathname,
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ query: QUERY, variables: { userId: `ou_${marker}`, first } }),
  });
  const text = await body.text();
  if (text.includes('"errors"') || text.split('"experienceYears"').length !== first + 1)
    throw new Error(text.slice(0, 300));
}

const callsOf = async (upstream) => (await (await fetch(new URL("/__calls", upstream))).json()).calls;

const peakMiB = (pid) => statusMiB(pid, "VmHWM");

/**
 * Asks for pages, one after another by each of `clients`: `first` rows of the marker that `marker` names for the n-th question.
 * `watch` is called every ten seconds with the memory in MiB.
 */
export async function measure(peer, round, seconds, watch = null) {
  const { clients, first, marker, isHot } = round;
  const upstream = await startUpstream(round);
  const { child, url } = await PEERS[peer](upstream.url.origin, isHot);
  const pool = new Pool(url.origin, { connections: clients });
  let asked = 0;
  let isOver = false;
  let times = [];
  const ask = async () => {
    const startedAt = performance.now();
    await askPage(pool, url, marker(asked++), first);
    times.push(performance.now() - startedAt);
  };
  const running = Array.from({ length: clients }, async () => {
    while (!isOver) await ask();
  });
  // Until the code is warm.
  await sleep(WARM_UP_MS);
  const before = { cpu: cpuMs(child.pid), calls: await callsOf(upstream.url), at: performance.now() };
  times = [];
  for (let left = seconds; left > 0; left -= 10) {
    await sleep(Math.min(left, 10) * 1000);
    watch?.(statusMiB(child.pid, "VmRSS"));
  }
  const count = times.length;
  const sorted = times.toSorted((a, b) => a - b);
  const result = {
    rps: (count * 1000) / (performance.now() - before.at),
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
