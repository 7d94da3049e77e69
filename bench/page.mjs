// Pages side by side: the service, a stock Apollo Server, a lean one, and the floor, on the same upstream.
// npm run bench:page -- [seconds] [round] [peer]
import { measure, PEERS } from "./side-by-side.mjs";

const SECONDS = Number(process.argv[2] ?? 8);
const ONLY = process.argv[3];
const ONLY_PEER = process.argv[4];

/** What is measured: `marker` gives whose page the n-th question asks for. */
const ROUNDS = [
  { name: "page: unique, 0 ms, 16 clients", clients: 16, delayMs: 0, first: 20, marker: (n) => n },
  { name: "small: the same with small bodies", clients: 16, delayMs: 0, first: 20, marker: (n) => n, bodies: "small" },
  {
    name: "many: unique, small bodies, 20 ms, 64 clients",
    clients: 64,
    delayMs: 20,
    first: 20,
    marker: (n) => n,
    bodies: "small",
  },
  { name: "repeated: of 10 markers, 20 ms, 16 clients", clients: 16, delayMs: 20, first: 20, marker: (n) => n % 10 },
  { name: "deep: first 100, 20 ms, 16 clients", clients: 16, delayMs: 20, first: 100, marker: (n) => n },
  { name: "one client, 20 ms", clients: 1, delayMs: 20, first: 20, marker: (n) => n },
  { name: "hot: one marker, 20 ms, 64 clients", clients: 64, delayMs: 20, first: 20, marker: () => 1, isHot: true },
].filter(({ name }) => !ONLY || name.startsWith(ONLY));

for (const round of ROUNDS) {
  console.log(`\n${round.name}`);
  const results = {};
  for (const peer of Object.keys(PEERS).filter((name) => !ONLY_PEER || name === ONLY_PEER)) {
    const result = await measure(peer, round, SECONDS);
    results[peer] = result;
    const { rps, cpu, p50, p99, calls, peak } = result;
    console.log(
      `  ${peer.padEnd(6)} ${rps.toFixed(1).padStart(7)} rps  p50 ${p50.toFixed(1)} ms  p99 ${p99.toFixed(1)} ms  cpu ${cpu.toFixed(2)} ms/query  ${calls.toFixed(2)} calls/query  peak ${peak.toFixed(0)} MiB`,
    );
  }
  const { floor, stock, lean, ours } = results;
  if (!floor || !stock || !lean || !ours) continue;
  console.log(
    `  ours: ${(ours.rps / stock.rps).toFixed(2)}× stock's throughput, ${(ours.cpu / lean.cpu).toFixed(2)}× lean's processor time, ${(ours.cpu / floor.cpu).toFixed(2)}× the floor's, ${(ours.p50 / floor.p50).toFixed(2)}× its p50`,
  );
}
