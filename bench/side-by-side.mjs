// Shared by the page, memory and growth benches: peers on one core, before the same upstream, loaded in turn.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { Pool } from "undici";
import { PEERS } from "./peers/peers.mjs";

// The clients and the upstream share the core that the peers leave free.
execFileSync("taskset", ["-acp", "1", String(process.pid)], { stdio: "ignore" });

/** Milliseconds until the code is warm. */
const WARM_UP_MS = 4000;

/** Returns the milliseconds that the threads of a process have run, and have waited for a core. */
export function schedulerMs(pid) {
  const total = { ranMs: 0, waitedMs: 0 };
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const [ran, waited] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ");
    total.ranMs += Number(ran) / 1e6;
    total.waitedMs += Number(waited) / 1e6;
  }
  return total;
}

const statusMiB = (pid, field) =>
  Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;

/** Starts a peer before an upstream. The round sets its clients and whether pages are cached. */
export async function openPeer(name, upstream, { clients, isHot = false }) {
  const { page, counted = '"experienceYears"' } = PEERS[name];
  const { pid, url, stop } = await PEERS[name].start(upstream.url.origin, isHot);
  const pool = new Pool(url.origin, { connections: clients });
  const callsOf = async () => (await (await fetch(new URL("/__calls", upstream.url))).json()).calls;
  return {
    name,
    callsOf,
    schedulerMs: () => schedulerMs(pid),
    residentMiB: () => statusMiB(pid, "VmRSS"),
    peakMiB: () => statusMiB(pid, "VmHWM"),
    /** Requests `first` rows of a marker's list, and checks that all are present. */
    async ask(marker, first, headers = {}) {
      const { body } = await pool.request({
        method: "POST",
        path: url.pathname,
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(page(`ou_${marker}`, first)),
      });
      const text = await body.text();
      if (text.includes('"errors"') || text.split(counted).length !== first + 1) throw new Error(text.slice(0, 300));
    },
    async close() {
      await pool.close();
      stop();
    },
  };
}

let asked = 0;

/**
 * Lets each of `clients` request one page after another for `ms` milliseconds.
 * A page has `first` rows of the marker that `marker` selects for the n-th request.
 * The time counts until the last response.
 */
export async function askFor(ms, peer, { clients, first, marker }) {
  const before = { ...peer.schedulerMs(), calls: await peer.callsOf(), atMs: performance.now() };
  const untilMs = before.atMs + ms;
  const times = [];
  const client = async () => {
    while (performance.now() < untilMs) {
      const startedMs = performance.now();
      asked += 1;
      await peer.ask(marker(asked), first);
      times.push(performance.now() - startedMs);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  const { ranMs, waitedMs } = peer.schedulerMs();
  return {
    times,
    tookMs: performance.now() - before.atMs,
    ranMs: ranMs - before.ranMs,
    waitedMs: waitedMs - before.waitedMs,
    calls: (await peer.callsOf()) - before.calls,
  };
}

export const warmUp = (peer, round) => askFor(WARM_UP_MS, peer, round);

/** Summarizes several slices of one peer. */
export function summarize(slices, peakMiB) {
  const sum = (field) => slices.reduce((total, slice) => total + slice[field], 0);
  const times = slices.flatMap((slice) => slice.times).toSorted((a, b) => a - b);
  const rates = slices.map((slice) => (slice.times.length * 1000) / slice.tookMs);
  return {
    rps: (times.length * 1000) / sum("tookMs"),
    rates,
    cpu: sum("ranMs") / times.length,
    p50: times[Math.floor(times.length / 2)],
    p99: times[Math.floor(times.length * 0.99)],
    calls: sum("calls") / times.length,
    waited: sum("waitedMs") / (sum("ranMs") + sum("waitedMs")),
    peak: peakMiB,
  };
}
