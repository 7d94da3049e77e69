// Peers of the benches: the start and the page query of each.
// SERVICE_ENV (JSON) and NODE_ARGS apply to the service alone.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { ENDPOINTS } from "../../build/feishu/endpoints.js";

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const MAIN = path("../../dist/main.js");
/** Node arguments from the service's own first line, and those of the environment. */
const NODE_ARGS = [
  ...readFileSync(MAIN, "utf8").split("\n", 1)[0].split(" ").slice(3),
  ...(process.env.NODE_ARGS ?? "").split(" ").filter(Boolean),
];
const READY = /ready (\S+)\n/;
const SERVICE_READY = /GraphQL +(\S+)\n/;

const DETAILS =
  "job { title code department { name { zhCn } } } talent { name experienceYears } application { stage { name { zhCn } } }";
const QUERY = `query Page($userId: ID!, $first: Int!) { examMarkingTasks(userId: $userId, first: $first) {
  edges { node { id status ${DETAILS} } } pageInfo { hasNextPage endCursor } } }`;
const byFirst = (userId, first) => ({ query: QUERY, variables: { userId, first } });

/** Starts a process on one core; resolves once it prints an address. */
function start(core, command, env, ready) {
  const child = spawn("taskset", ["-c", core, ...command], {
    env: { PATH: process.env.PATH, NODE_ENV: "production", ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  return new Promise((resolve, reject) => {
    let printed = "";
    child.stdout.on("data", (chunk) => {
      printed += chunk;
      const [, address] = ready.exec(printed) ?? [];
      const stop = () => child.removeAllListeners("exit").kill();
      if (address) resolve({ pid: child.pid, url: new URL(address, "http://localhost"), stop });
    });
    child.on("exit", () => reject(new Error(`${command.join(" ")} exited before it was ready: ${printed}`)));
  });
}
const startNode = (core, script, env, ready = READY, args = []) =>
  start(core, [process.execPath, ...args, script], env, ready);

/** Starts an upstream that answers after `delayMs`. Its bodies have the size of Feishu's, or are `small`. */
export const startUpstream = ({ delayMs, bodies = "full" }) =>
  startNode("1", path("./upstream.mjs"), { DELAY_MS: String(delayMs), BODIES: bodies });

const NO_QUOTAS = JSON.stringify(Object.fromEntries(Object.values(ENDPOINTS).map(({ key }) => [key, []])));

const startService = (upstream, isHot) =>
  startNode(
    "0",
    MAIN,
    {
      PORT: "0",
      LOG_LEVEL: "error",
      FEISHU_APP_ID: "cli_bench",
      FEISHU_APP_SECRET: "bench-secret",
      FEISHU_BASE_URL: upstream,
      FEISHU_QUOTAS: NO_QUOTAS,
      ...(!isHot && { CACHE_TTL_PAGE_S: "0" }),
      ...JSON.parse(process.env.SERVICE_ENV ?? "{}"),
    },
    SERVICE_READY,
    NODE_ARGS,
  );

const TAILCALL = "@tailcallhq/core-linux-x64-gnu@1.0.0";
const TAILCALL_FOLDER = path("../../build/peers");
const TAILCALL_BIN = `${TAILCALL_FOLDER}/node_modules/@tailcallhq/core-linux-x64-gnu/bin/tailcall`;

/** Installs Tailcall's binary beside the build. npm packs it under another name for each system. */
function installTailcall() {
  if (existsSync(TAILCALL_BIN)) return;
  if (process.platform !== "linux" || process.arch !== "x64")
    throw new Error(`${TAILCALL} requires Linux on x64, got ${process.platform} on ${process.arch}`);
  mkdirSync(TAILCALL_FOLDER, { recursive: true });
  writeFileSync(`${TAILCALL_FOLDER}/package.json`, JSON.stringify({ name: "peers", private: true }));
  execFileSync("npm", ["install", "--no-audit", "--no-fund", TAILCALL], { cwd: TAILCALL_FOLDER, stdio: "inherit" });
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function startTailcall(upstream) {
  installTailcall();
  const config = `${TAILCALL_FOLDER}/tailcall.graphql`;
  const port = await freePort();
  writeFileSync(config, readFileSync(path("./tailcall.graphql"), "utf8").replace("port: 0", `port: ${port}`));
  const env = { UPSTREAM: upstream, TAILCALL_TRACKER: "false", LOG_LEVEL: "info", NO_COLOR: "1" };
  const peer = await start("0", [TAILCALL_BIN, "start", config], env, /(Tailcall) launched/);
  return { ...peer, url: new URL(`http://127.0.0.1:${port}/graphql`) };
}

const TAILCALL_ROWS =
  "items { id activity_status job { data { job { title code department { zh_name } } } } talent { data { basic_info { name experience_years } } } application { data { application { stage { zh_name } } } } } has_more page_token";

/** Returns a query of pages of 20, each a level deeper than the one before. */
function byLevels(userId, first) {
  let rows = TAILCALL_ROWS;
  for (let read = 20; read < first; read += 20) rows = `${TAILCALL_ROWS} next(userId: $userId) { data { ${rows} } }`;
  return {
    query: `query Page($userId: ID!) { examMarkingTasks(userId: $userId) { data { ${rows} } } }`,
    variables: { userId },
  };
}

/** Compared peers: the start, the page query, and the field by which rows are counted. */
export const PEERS = {
  floor: { start: (upstream) => startNode("0", path("./floor.mjs"), { UPSTREAM: upstream }), page: byFirst },
  stock: { start: (upstream) => startNode("0", path("./stock.mjs"), { UPSTREAM: upstream }), page: byFirst },
  tailcall: { start: startTailcall, page: byLevels, counted: '"experience_years"' },
  lean: { start: (upstream) => startNode("0", path("./stock.mjs"), { UPSTREAM: upstream, LEAN: "1" }), page: byFirst },
  ours: { start: startService, page: byFirst },
};
