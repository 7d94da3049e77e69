// Shared by the load benches: replicas as separate processes, and callers with separate addresses.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Agent, request } from "undici";

const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url));

/** Starts one replica. The caller restarts it with the same settings if needed. */
export async function startReplica(sandboxUrl, env = {}) {
  const child = spawn(process.execPath, [MAIN], {
    env: {
      PATH: process.env.PATH,
      PORT: "0",
      LOG_LEVEL: "error",
      FEISHU_APP_ID: "cli_bench",
      FEISHU_APP_SECRET: "sandbox-secret",
      FEISHU_BASE_URL: sandboxUrl,
      CACHE_TTL_PAGE_S: "0",
      ...env,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let printed = "";
  for await (const chunk of child.stdout) {
    printed += chunk;
    if (/GraphQL +(\S+)\/graphql/.test(printed)) break;
  }
  const url = /GraphQL +(\S+)\/graphql/.exec(printed)?.[1];
  if (!url) throw new Error(`the replica did not start: ${printed}`);
  child.stdout.resume();
  return {
    url,
    async end(signal = "SIGTERM") {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill(signal);
      await ended;
    },
  };
}

/** Creates a caller with an address of its own, by which the service tells callers apart. */
export function createCaller(address) {
  const dispatcher = new Agent({ localAddress: address, connections: 1000, pipelining: 1 });
  return {
    async ask(url, variables, headers = {}) {
      const startMs = performance.now();
      try {
        const answer = await request(`${url}/graphql`, {
          method: "POST",
          headers: { "content-type": "application/json", ...headers },
          body: JSON.stringify({ query: ONE_PAGE, variables }),
          dispatcher,
        });
        const { errors } = await answer.body.json();
        return { code: errors?.[0]?.extensions.code ?? "ok", tookMs: performance.now() - startMs };
      } catch (error) {
        return { code: error.code ?? error.name, tookMs: performance.now() - startMs };
      }
    },
    close: () => dispatcher.destroy(),
  };
}

const ONE_PAGE = `query ($userId: ID!, $userIdType: UserIdType!, $status: ExamMarkingStatus) {
  examMarkingTasks(userId: $userId, userIdType: $userIdType, status: $status, first: 1) { edges { cursor } }
}`;

const ID_TYPES = ["open_id", "union_id", "user_id", "people_admin_id"];
const STATES = [null, "PENDING", "MARKED"];

/** Returns the variables of `count` distinct lists. Equal lists that wait would be coalesced into one call. */
export function listsOf(sandbox, count) {
  const variants = ID_TYPES.flatMap((idType) => STATES.map((status) => ({ idType, status })));
  const markers = Array.from({ length: Math.ceil(count / variants.length) }, () => sandbox.world.addMarker(1));
  return variants.flatMap(({ idType, status }) =>
    markers.map(({ ids }) => ({ userId: ids[idType], userIdType: idType.toUpperCase(), status })),
  );
}

/** Calls `fire` at an even rate for `ms` milliseconds, whatever the outcome, and waits for all. */
export async function openLoop(perSecond, ms, fire) {
  const startMs = performance.now();
  const fired = [];
  for (;;) {
    const passedMs = performance.now() - startMs;
    if (passedMs >= ms) break;
    while (fired.length < (passedMs * perSecond) / 1000) fired.push(fire(fired.length));
    await sleep(5);
  }
  return Promise.all(fired);
}

export function percentile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

export const countBy = (items, keyOf) => {
  const counts = {};
  for (const item of items) counts[keyOf(item)] = (counts[keyOf(item)] ?? 0) + 1;
  return counts;
};
