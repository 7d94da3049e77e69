import type { TestProject } from "vitest/node";
import { ensureRedisServer, startRedis } from "./redis-server.js";

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
