// Measures the cost of traces in one service, whose clients decide by `traceparent` which pages are traced.
// Windows of six seconds with a tenth of the pages traced, or all, alternate with windows without traces.
// They run in one process, because the machine differs by more from process to process.
// npm run bench:tracing -- [windows]
// The collector accepts everything and keeps nothing, on the clients' core.
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { startUpstream } from "./peers/peers.mjs";
import { openPeer } from "./side-by-side.mjs";

const WINDOWS = Number(process.argv[2] ?? 10);
/** Milliseconds of one window. Spans are sent in batches of 512, or after five seconds. */
const WINDOW_MS = 6000;
const WARM_UP_MS = 6000;
const CLIENTS = 16;
const RATES = [0.1, 1];

let batches = 0;
const collector = createServer((request, response) => {
  batches += 1;
  request.resume().on("end", () => response.end("{}"));
});
await new Promise((resolve) => collector.listen(0, "127.0.0.1", resolve));
process.env.SERVICE_ENV = JSON.stringify({
  OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector.address().port}`,
  OTEL_TRACES_SAMPLER: "parentbased_always_off",
});
const upstream = await startUpstream({ delayMs: 0 });
const peer = await openPeer("ours", upstream, { clients: CLIENTS });

let asked = 0;
let done = 0;
let rate = 0;
let isOver = false;
const traceparent = () => {
  // Sampling is even: every tenth page, not a random tenth.
  const isSampled = rate > 0 && asked % Math.round(1 / rate) === 0;
  return `00-${randomBytes(16).toString("hex")}-${randomBytes(8).toString("hex")}-0${isSampled ? 1 : 0}`;
};
const clients = Array.from({ length: CLIENTS }, async () => {
  while (!isOver) {
    asked += 1;
    await peer.ask(asked, 20, { traceparent: traceparent() });
    done += 1;
  }
});
await sleep(WARM_UP_MS);
/** Returns pages per second, and processor time per page, of a window with a given traced part. */
async function measureWindow(traced) {
  rate = traced;
  const before = { cpu: peer.schedulerMs().ranMs, done, at: performance.now() };
  await sleep(WINDOW_MS);
  const pages = done - before.done;
  return {
    rps: (pages * 1000) / (performance.now() - before.at),
    cpu: (peer.schedulerMs().ranMs - before.cpu) / pages,
  };
}
const pairs = Object.fromEntries(RATES.map((traced) => [traced, []]));
for (const traced of RATES) {
  for (let n = 0; n < WINDOWS; n++) {
    pairs[traced].push({ without: await measureWindow(0), with: await measureWindow(traced) });
  }
}
isOver = true;
await Promise.all(clients);
await peer.close();
upstream.stop();
collector.close();

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
/** Returns the median difference in percent that traces make, window by window. */
const more = (traced, field) =>
  median(pairs[traced].map((pair) => (pair.with[field] / pair.without[field] - 1) * 100)).toFixed(1);
console.table(
  RATES.map((traced) => ({
    "traced %": traced * 100,
    "pages per second without traces": median(pairs[traced].map(({ without }) => without.rps)).toFixed(1),
    "pages per second change, %": more(traced, "rps"),
    "processor ms per page without traces": median(pairs[traced].map(({ without }) => without.cpu)).toFixed(2),
    "processor time change, %": more(traced, "cpu"),
  })),
);
console.log(`${WINDOWS} pairs of windows of ${WINDOW_MS / 1000} s; ${batches} batches of spans received`);
