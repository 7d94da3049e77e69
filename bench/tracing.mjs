// What traces cost: pages without them, and with them at several rates of sampling, in turns, for the machine differs from run to run.
// npm run bench:tracing -- [seconds] [turns]. The collector takes what comes and keeps nothing, on the clients' core.
import { createServer } from "node:http";
import { measure } from "./side-by-side.mjs";

const SECONDS = Number(process.argv[2] ?? 8);
const TURNS = Number(process.argv[3] ?? 5);
const ROUND = { clients: 16, delayMs: 0, first: 20, marker: (n) => n };

let batches = 0;
const collector = createServer((request, response) => {
  batches += 1;
  request.resume().on("end", () => response.end("{}"));
});
await new Promise((resolve) => collector.listen(0, "127.0.0.1", resolve));
const address = `http://127.0.0.1:${collector.address().port}`;

const sampled = (ratio) => ({
  OTEL_EXPORTER_OTLP_ENDPOINT: address,
  OTEL_TRACES_SAMPLER: "parentbased_traceidratio",
  OTEL_TRACES_SAMPLER_ARG: String(ratio),
});
const WAYS = { off: {}, "0 %": sampled(0), "10 %": sampled(0.1), "100 %": sampled(1) };

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const results = Object.fromEntries(Object.keys(WAYS).map((way) => [way, []]));
for (let turn = 0; turn < TURNS; turn++) {
  for (const [way, env] of Object.entries(WAYS)) {
    process.env.SERVICE_ENV = JSON.stringify(env);
    results[way].push(await measure("ours", ROUND, SECONDS));
  }
}
const base = { rps: median(results.off.map(({ rps }) => rps)), cpu: median(results.off.map(({ cpu }) => cpu)) };
console.table(
  Object.entries(results).map(([way, runs]) => {
    const [rps, cpu] = [median(runs.map((run) => run.rps)), median(runs.map((run) => run.cpu))];
    const percent = (ratio) => `${((ratio - 1) * 100).toFixed(1)} %`;
    return {
      sampling: way,
      "pages a second": rps.toFixed(1),
      "of them": percent(rps / base.rps),
      "processor ms a page": cpu.toFixed(2),
      "more of it": percent(cpu / base.cpu),
      runs: runs.map((run) => run.rps.toFixed(0)).join(" "),
    };
  }),
);
console.log(`${batches} batches of spans were taken`);
collector.close();
