import type { TestProject } from "vitest/node";
import { ensureProgram } from "./debian.js";
import { startRedis } from "./redis-server.mjs";

declare module "vitest" {
  interface ProvidedContext {
    redisUrl: string;
  }
}

/** Provides a real Redis before all tests: `REDIS_TEST_URL`, or a private one that ends with the suite. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const given = process.env.REDIS_TEST_URL;
  if (given) {
    project.provide("redisUrl", given);
    return undefined;
  }
  await ensureProgram({
    command: "redis-server",
    debianPackage: "redis-server",
    missing:
      "The tests need Redis: install Debian's redis-server (apt-get install redis-server), or set REDIS_TEST_URL.",
  });
  const redis = await startRedis();
  project.provide("redisUrl", redis.url);
  return () => redis.kill();
}
