import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";
import { startRedis } from "./redis-server.mjs";

const run = promisify(execFile);

declare module "vitest" {
  interface ProvidedContext {
    redisUrl: string;
  }
}

/** Before all tests: a real Redis, `REDIS_TEST_URL` or one of the suite's own, which ends with it. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  await ensureRedisServer();
  const given = process.env.REDIS_TEST_URL;
  if (given) {
    project.provide("redisUrl", given);
    return undefined;
  }
  const redis = await startRedis();
  project.provide("redisUrl", redis.url);
  return () => redis.kill();
}

const MISSING =
  "The tests need Redis: install Debian's redis-server (apt-get install redis-server), or set REDIS_TEST_URL.";

/** Sees to it that there is a `redis-server`, or fails with the one line that says what to install. */
async function ensureRedisServer(): Promise<void> {
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
