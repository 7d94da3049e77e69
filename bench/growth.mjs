// Measures growth: processor time per task by page size, and memory over time. npm run bench:growth
import { startUpstream } from "./peers/peers.mjs";
import { askFor, openPeer, summarize, warmUp } from "./side-by-side.mjs";

const SLICE_MS = 10_000;
const ROUND = { clients: 16, delayMs: 0, first: 20, marker: (n) => n };
/** Distinct entities of one marker's first page: 20 talents, 20 applications, 5 jobs. */
const ENTITIES_A_MARKER = 45;

/** Loads one peer for `slices` times ten seconds. Calls `watch` after each with the memory in MiB. */
async function measure(name, round, slices = 1, watch = () => {}) {
  const upstream = await startUpstream(round);
  const peer = await openPeer(name, upstream, round);
  await warmUp(peer, round);
  const done = [];
  for (let n = 0; n < slices; n++) {
    done.push(await askFor(SLICE_MS, peer, round));
    watch(peer.residentMiB());
  }
  const result = summarize(done, peer.peakMiB());
  await peer.close();
  upstream.stop();
  return result;
}

console.log("processor time per task, by page size");
for (const first of [1, 10, 20, 50, 100]) {
  const { cpu, peak } = await measure("ours", { ...ROUND, first });
  console.log(
    `  first ${String(first).padStart(3)}  ${(cpu / first).toFixed(3)} ms per task  peak ${peak.toFixed(0)} MiB`,
  );
}

console.log("\nprocessor time per task in pages of 20, by number of distinct entities in the same cache");
for (const entities of [45, 450, 4500, 45_000, 100_000]) {
  const markers = Math.ceil(entities / ENTITIES_A_MARKER);
  const { cpu, peak, calls } = await measure("ours", { ...ROUND, marker: (n) => n % markers });
  console.log(
    `  ${String(entities).padStart(6)} entities  ${(cpu / 20).toFixed(3)} ms per task  ${(calls / 20).toFixed(2)} calls per task  peak ${peak.toFixed(0)} MiB`,
  );
}

console.log("\nmemory over a minute of unique pages, every ten seconds");
for (const name of ["stock", "ours"]) {
  const seen = [];
  await measure(name, ROUND, 6, (mib) => seen.push(mib.toFixed(0)));
  console.log(`  ${name.padEnd(5)} ${seen.join(" ")} MiB`);
}
