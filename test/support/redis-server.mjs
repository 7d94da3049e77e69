// A private Redis for tests and benches. Plain JavaScript, because the benches run without a build of the tests.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";

/**
 * Starts Debian's `redis-server` from the PATH, without persistence. `kill` ends it at once, and its data is lost.
 * @param {number} [port] a free one by default
 */
export async function startRedis(port) {
  const onPort = port ?? (await freePort());
  const options = ["--port", String(onPort), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
  const child = spawn("redis-server", options, { stdio: ["ignore", "pipe", "inherit"] });
  await Promise.race([ready(child), failed(child)]);
  return {
    url: `redis://127.0.0.1:${onPort}`,
    port: onPort,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** @param {import("node:child_process").ChildProcess} child */
async function ready(child) {
  let printed = "";
  for await (const chunk of child.stdout ?? []) {
    printed += chunk;
    if (printed.includes("Ready to accept connections")) return;
  }
  throw new Error(`redis-server exited before it was ready: ${printed}`);
}

/** @param {import("node:child_process").ChildProcess} child */
async function failed(child) {
  const [error] = await once(child, "error");
  throw new Error("redis-server not found: apt-get install redis-server", { cause: error });
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address ? address.port : 0;
}
