import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A Redis of this suite's own. */
export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Ends it at once, and with it all that it remembers. */
  kill(): Promise<void>;
}

/** Starts Debian's `redis-server` from the PATH, without memory on disk. */
export async function startRedis(port?: number): Promise<RedisServer> {
  const onPort = port ?? (await freePort());
  const child = spawn(
    "redis-server",
    ["--port", String(onPort), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  await ready(child);
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

async function ready(child: ChildProcess): Promise<void> {
  let printed = "";
  for await (const chunk of child.stdout ?? []) {
    printed += chunk;
    if (printed.includes("Ready to accept connections")) break;
  }
  if (!printed.includes("Ready to accept connections")) throw new Error(`redis-server ended: ${printed}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address ? address.port : 0;
}

const MISSING =
  "The tests need Redis: install Debian's redis-server (apt-get install redis-server), or set REDIS_TEST_URL.";

/** Sees to it that there is a `redis-server`, or fails with the one line that says what to install. */
export async function ensureRedisServer(): Promise<void> {
  const isThere = (): Promise<boolean> =>
    run("redis-server", ["--version"]).then(
      () => true,
      () => false,
    );
  if (await isThere()) return;
  const isRoot = process.getuid?.() === 0;
  if (isRoot) {
    process.stdout.write("installing Debian's redis-server for the tests\n");
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    try {
      await run("apt-get", ["update", "-qq"], { env });
      await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "redis-server"], { env });
    } catch (error) {
      throw new Error(`${MISSING} (${error instanceof Error ? error.message.split("\n")[0] : error})`);
    }
  }
  if (!(await isThere())) throw new Error(MISSING);
}
