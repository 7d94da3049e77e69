// Counts the promises of one upstream read, from the cached read to the socket. npm run bench:promises
import { createHook } from "node:async_hooks";
import { CancelSource } from "../build/core/cancellation.js";
import { systemClock as clock } from "../build/core/clock.js";
import { Secret } from "../build/core/secret.js";
import { createFeishuClient } from "../build/feishu/client.js";
import { createTransport } from "../build/feishu/http/transport.js";
import { createCache } from "../build/loaders/cache.js";
import { createCachedReads } from "../build/loaders/cached-reads.js";
import { createCallStats } from "../build/loaders/call-stats.js";
import { createArrivalEstimate } from "../build/rate-limit/arrival-estimate.js";
import { createLimiter } from "../build/rate-limit/limiter.js";
import { startUpstream } from "./peers/peers.mjs";

const READS = 200;
const upstream = await startUpstream({ delayMs: 0, bodies: "small" });
const transport = createTransport({ baseUrl: upstream.url.origin, clock, timeoutMs: 5000 });
const token = new Secret("t-bench");
const accessToken = { held: () => token, get: async () => token, isRefused: () => false, invalidate() {} };
const limiter = createLimiter({ clock, quotas: new Map(), arrival: createArrivalEstimate(clock.now) });
const { send } = createFeishuClient({ transport, accessToken, limiter, clock });
const ttl = { jobMs: 60_000, talentMs: 60_000, applicationMs: 60_000, userMs: 60_000, pageMs: 0 };
const reads = createCachedReads({ send, cache: createCache(clock, 1e7), tenant: "t", ttl, available: () => 0 });
const context = {
  caller: "bench",
  deadlineMs: Number.POSITIVE_INFINITY,
  signal: new CancelSource(),
  fresh: false,
  observer: createCallStats(0),
};
const readAll = (from) =>
  Promise.all(
    Array.from({ length: READS }, (_, i) =>
      reads.talent.read(context, String(6_900_000_000_000_000_000n + BigInt(from + i))),
    ),
  );

// The first reads open connections, start timers and compile code.
await readAll(0);
let promises = 0;
const hook = createHook({ init: (_, type) => (promises += type === "PROMISE" ? 1 : 0) }).enable();
await readAll(READS);
hook.disable();
console.log(`${(promises / READS).toFixed(1)} promises per read, including the one that this bench awaits`);
await transport.close();
upstream.stop();
