// Checks that the heap stays flat: 100,000 operations over 50,000 distinct talents, with a cache bound of 64 MiB.
// npm run bench:heap  (about a minute; loopback only; the upstream is a process of its own)
import "reflect-metadata";
import { fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { Pool } from "undici";
import { buildApp } from "../build/bootstrap/app.js";
import { parseConfig } from "../build/config/config.js";
import { systemClock } from "../build/core/clock.js";
import { talentBody } from "../build/sandbox/bodies/talent.js";

const OPERATIONS = 100_000;
const ENTITIES = 50_000;
const CLIENTS = 32;
const REPORT_EVERY = 10_000;
const MIB = 1024 * 1024;

if (process.argv[2] === "upstream") serveTalents();
else await measure();

/** Serves a simulated Feishu that has every talent, and nothing else. */
function serveTalents() {
  const server = createServer((request, response) => {
    const id = request.url?.split("/").at(-1) ?? "";
    const body = request.url?.includes("/auth/")
      ? { code: 0, msg: "ok", tenant_access_token: "t-bench", expire: 7200 }
      : { code: 0, msg: "success", data: talentBody(id, Number(id.slice(-6)), "ou_1", "1") };
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(body));
  });
  server.listen(0, "127.0.0.1", () => process.send?.(server.address().port));
}

async function measure() {
  const upstream = fork(fileURLToPath(import.meta.url), ["upstream"]);
  const [port] = await once(upstream, "message");
  const config = parseConfig({
    FEISHU_APP_ID: "cli_bench",
    FEISHU_APP_SECRET: "secret",
    FEISHU_BASE_URL: `http://127.0.0.1:${port}`,
    FEISHU_QUOTAS: JSON.stringify({ "GET /open-apis/hire/v2/talents/:id": [] }),
    CACHE_MAX_MIB: "64",
  });
  const app = await buildApp(config, { clock: systemClock, logger: false });
  const pool = new Pool(await app.listen({ host: "127.0.0.1", port: 0 }), { connections: CLIENTS });

  let next = 0;
  const report = [];
  const client = async () => {
    while (next < OPERATIONS) {
      const n = next++;
      await ask(pool, `73002${String(n % ENTITIES).padStart(14, "0")}`);
      if ((n + 1) % REPORT_EVERY === 0) report.push({ operations: n + 1, "heap MiB": heapMib() });
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  console.table(report);
  const half = report.filter(({ operations }) => operations > OPERATIONS / 2).map((row) => row["heap MiB"]);
  console.log(`second half: ${Math.min(...half)} to ${Math.max(...half)} MiB`);
  await pool.close();
  await app.close();
  upstream.kill();
}

async function ask(pool, id) {
  const body = JSON.stringify({ query: "query ($id: ID!) { talent(id: $id) { name } }", variables: { id } });
  const headers = { "content-type": "application/json" };
  const answer = await pool.request({ method: "POST", path: "/graphql", headers, body });
  const { data, errors } = await answer.body.json();
  if (errors || !data.talent.name) throw new Error(JSON.stringify(errors));
}

/** Returns the heap size in MiB after a full collection. */
function heapMib() {
  globalThis.gc();
  return Math.round(process.memoryUsage().heapUsed / MIB);
}
