import { Pool } from "undici";
import { startUpstream } from "/work/main/bench/side-by-side.mjs";
import { CancelSource } from "/work/main/dist/cancellation.js";
import { systemClock as clock } from "/work/main/dist/clock.js";
import { createFeishuClient } from "/work/main/dist/feishu/client.js";
import { createTransport } from "/work/main/dist/feishu/transport.js";
import { createCache } from "/work/main/dist/loaders/cache.js";
import { createCachedReads } from "/work/main/dist/loaders/cached-reads.js";
import { createCallStats } from "/work/main/dist/loaders/call-stats.js";
import { createArrivalEstimate } from "/work/main/dist/rate-limit/arrival-estimate.js";
import { createLimiter } from "/work/main/dist/rate-limit/limiter.js";
import { Secret } from "/work/main/dist/secret.js";

const up = await startUpstream({ delayMs: 0, bodies: "small" });
const mode = process.argv[2];
const transport = createTransport({ baseUrl: up.url.origin, clock, timeoutMs: 5000 });
const token = new Secret("t-bench");
const accessToken = { held: () => token, get: async () => token, isRefused: () => false, invalidate() {} };
const limiter = createLimiter({ clock, quotas: new Map(), arrival: createArrivalEstimate(clock.now) });
const { send } = createFeishuClient({ transport, accessToken, limiter, clock });
const cache = createCache(clock, 64e6);
const ttl = { jobMs: 60000, talentMs: 60000, applicationMs: 60000, userMs: 60000, pageMs: 0 };
const reads = createCachedReads({ send, cache, tenant: "t", ttl, available: () => Infinity });
const pool = new Pool(up.url.origin, { connections: 512 });
const headers = { authorization: "Bearer t-bench" };
let id = 6900000000000000000n;
const nextId = () => String(id++);
const F = new Set(["id", "name", "experienceYears"]);
const one = {
  cached: (ctx) => reads.talent.read(ctx, nextId()).then((e) => e.pick(F)),
  transport: () =>
    transport.send({
      method: "GET",
      endpoint: "GET x",
      path: `/open-apis/hire/v2/talents/${nextId()}`,
      headers,
      signal: new CancelSource(),
    }),
  request: async () =>
    JSON.parse(
      await (
        await pool.request({ method: "GET", path: `/open-apis/hire/v2/talents/${nextId()}`, headers })
      ).body.text(),
    ).data,
}[mode];
async function page() {
  const ctx = {
    caller: "c",
    deadlineMs: clock.now() + 15000,
    signal: new CancelSource(),
    fresh: false,
    observer: createCallStats(0),
  };
  await Promise.all(Array.from({ length: 46 }, () => one(ctx)));
}
async function run(ms) {
  const end = performance.now() + ms;
  let n = 0;
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      while (performance.now() < end) {
        await page();
        n++;
      }
    }),
  );
  return n;
}
await run(2500);
const c = process.cpuUsage();
const n = await run(4000);
const { user, system } = process.cpuUsage(c);
console.log(
  mode,
  ((user + system) / 1000 / n).toFixed(2),
  "ms/page",
  ((user + system) / n / 46).toFixed(0),
  "µs/call",
  n,
);
up.child.removeAllListeners("exit");
up.child.kill();
setTimeout(() => process.exit(), 50);
