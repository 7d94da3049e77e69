// Compares pages of the service with those of its peers, on one core, before the same upstream.
// Short slices take turns, so that all peers meet the same noise.
// npm run bench:page -- [slices] [round] [peer,peer]
import { PEERS, startUpstream } from "./peers/peers.mjs";
import { askFor, openPeer, summarize, warmUp } from "./side-by-side.mjs";

const SLICES = Number(process.argv[2] ?? 6);
const ONLY = process.argv[3] ?? "";
const ONLY_PEERS = process.argv[4]?.split(",") ?? Object.keys(PEERS);
const SLICE_MS = 2000;

/** Returns another marker for each request. `marker` of a round selects whose page the n-th request reads. */
const unique = (n) => n;
const ROUNDS = [
  { key: "page", clients: 16, delayMs: 0, first: 20, marker: unique },
  { key: "small", clients: 16, delayMs: 0, first: 20, marker: unique, bodies: "small" },
  { key: "many", clients: 64, delayMs: 0, first: 20, marker: unique },
  { key: "far", clients: 16, delayMs: 20, first: 20, marker: unique },
  { key: "manyFar", clients: 64, delayMs: 20, first: 20, marker: unique },
  { key: "deep", clients: 16, delayMs: 20, first: 100, marker: unique },
  { key: "one", clients: 1, delayMs: 20, first: 20, marker: unique },
  { key: "repeated", clients: 16, delayMs: 20, first: 20, marker: (n) => n % 10 },
  { key: "hot", clients: 64, delayMs: 20, first: 20, marker: () => 1, isHot: true },
];
const titleOf = ({ clients, delayMs, first, bodies = "full", marker }) =>
  `${clients} clients, ${delayMs} ms, first: ${first}, ${bodies} bodies, ${marker === unique ? "unique pages" : "repeated pages"}`;

/** Loads all peers in turn; each turn begins with another peer. */
async function compare(round) {
  const upstream = await startUpstream(round);
  const peers = await Promise.all(ONLY_PEERS.map((name) => openPeer(name, upstream, round)));
  for (const peer of peers) await warmUp(peer, round);
  const slices = new Map(peers.map((peer) => [peer, []]));
  for (let n = 0; n < SLICES * peers.length; n++) {
    const peer = peers[(n + Math.floor(n / peers.length)) % peers.length];
    slices.get(peer).push(await askFor(SLICE_MS, peer, round));
  }
  const results = Object.fromEntries(peers.map((peer) => [peer.name, summarize(slices.get(peer), peer.peakMiB())]));
  for (const peer of peers) await peer.close();
  upstream.stop();
  return results;
}

const results = {};
for (const round of ROUNDS.filter(({ key }) => !ONLY || key === ONLY)) {
  console.log(`\n${round.key}: ${titleOf(round)}`);
  results[round.key] = await compare(round);
  console.table(
    Object.fromEntries(
      Object.entries(results[round.key]).map(([peer, { rps, rates, p50, p99, cpu, calls, waited, peak }]) => [
        peer,
        {
          "pages/s": rps.toFixed(1),
          "min to max per slice": `${Math.min(...rates).toFixed(0)} to ${Math.max(...rates).toFixed(0)}`,
          "p50 ms": p50.toFixed(1),
          "p99 ms": p99.toFixed(1),
          "CPU ms/page": cpu.toFixed(2),
          "calls/page": calls.toFixed(2),
          "waited for its core": `${(waited * 100).toFixed(0)} %`,
          "peak MiB": peak.toFixed(0),
        },
      ]),
    ),
  );
}

/** Returns the ratio of two figures of one run, as every goal is; `null` if one is missing. */
const ratio = (round, peer, field, otherRound, other, otherField = field) => {
  const [a, b] = [results[round]?.[peer]?.[field], results[otherRound]?.[other]?.[otherField]];
  return a === undefined || b === undefined ? null : a / b;
};
const GOALS = [
  ["uncached page: pages/s vs stock", ratio("page", "ours", "rps", "page", "stock"), ">= 2.4"],
  ["uncached page: pages/s vs Tailcall", ratio("page", "ours", "rps", "page", "tailcall"), "> 1"],
  ["uncached page: CPU vs lean", ratio("page", "ours", "cpu", "page", "lean"), "<= 1.5"],
  ["uncached page, small bodies: CPU vs lean", ratio("small", "ours", "cpu", "small", "lean"), "<= 1.5"],
  ["64 vs 16 clients, 0 ms: pages/s", ratio("many", "ours", "rps", "page", "ours"), ">= 0.8"],
  ["64 vs 16 clients, 20 ms: pages/s", ratio("manyFar", "ours", "rps", "far", "ours"), ">= 0.8"],
  ["64 clients: p99 vs p50, 0 ms", ratio("many", "ours", "p99", "many", "ours", "p50"), "<= 3"],
  ["64 clients: p99 vs p50, 20 ms", ratio("manyFar", "ours", "p99", "manyFar", "ours", "p50"), "<= 3"],
  ["first: 100: pages/s vs stock", ratio("deep", "ours", "rps", "deep", "stock"), ">= 2"],
  ["one client: p50 vs floor", ratio("one", "ours", "p50", "one", "floor"), "<= 1.08"],
  ["hot: pages/s vs stock", ratio("hot", "ours", "rps", "hot", "stock"), ">= 80"],
  ["peak memory vs stock", ratio("page", "ours", "peak", "page", "stock"), ""],
];
console.table(
  GOALS.filter(([, measured]) => measured !== null).map(([what, measured, wanted]) => ({
    what,
    measured: measured.toFixed(2),
    wanted,
  })),
);
