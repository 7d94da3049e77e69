import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { FastifyBaseLogger } from "fastify";
import { expect, inject, it, onTestFinished } from "vitest";
import type { Caller } from "../../src/authz/viewer.js";
import { createTenants } from "../../src/bootstrap/tenants.js";
import { openUpstream } from "../../src/bootstrap/upstream.js";
import { parseConfig } from "../../src/config/config.js";
import { createCache } from "../../src/loaders/cache.js";
import { createFakeClock } from "../support/fake-clock.js";

const LIST = "GET /open-apis/hire/v1/exam_marking_tasks";
const TENANTS = 10_000;
const MIB = 2 ** 20;

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

function heapMiB(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed / MIB;
}

async function openStoreApp(env: Readonly<Record<string, string>>) {
  const clock = createFakeClock();
  const { credentials, ...config } = parseConfig({
    FEISHU_APP_ID: `cli_${crypto.randomUUID()}`,
    FEISHU_APP_SECRET: "secret",
    FEISHU_APP_TYPE: "store",
    AUTH_MODE: "feishu",
    FEISHU_ENCRYPT_KEY: "encrypt",
    FEISHU_VERIFICATION_TOKEN: "verify",
    ...env,
  });
  if (!credentials) throw new Error("a store app needs credentials");
  const silent = { info() {}, warn() {} } as unknown as FastifyBaseLogger;
  const settled = { ...config, credentials };
  const upstream = await openUpstream({ config: settled, clock, log: silent });
  const cache = createCache(clock, config.cacheMaxBytes);
  const tenants = createTenants({ config: settled, clock, upstream, cache, onChange: () => {} });
  onTestFinished(async () => {
    tenants.close();
    await upstream.close();
  });
  const of = (n: number) => tenants.of({ tenant: `tenant-${n}` } as Caller);
  return { clock, tenants, of };
}

it.each([
  ["by itself", {}],
  ["sharing Redis", { REDIS_URL: inject("redisUrl") }],
])(
  "closes idle tenants and releases their memory: 10,000 in one process, %s",
  async (_, env) => {
    const { clock, tenants, of } = await openStoreApp(env);
    of(-1).limiter.tryAcquire(LIST, "caller");
    const before = heapMiB();
    for (let n = 0; n < TENANTS; n++) {
      const permit = of(n).limiter.tryAcquire(LIST, "caller");
      permit?.sent();
      permit?.end();
    }
    expect(tenants.open()).toHaveLength(TENANTS + 1);
    for (let minute = 0; minute < 21; minute++) {
      await clock.advance(60_000);
      of(-1);
    }
    expect(tenants.open().map(({ id }) => id.split("/").at(-1))).toEqual(["tenant--1"]);
    // Pending replies of a busy Redis keep tenants reachable for a while.
    await expect.poll(() => heapMiB() - before, { timeout: 45_000 }).toBeLessThan(10);
  },
  60_000,
);

it("keeps a tenant open while it receives requests", async () => {
  const { clock, tenants, of } = await openStoreApp({ TENANT_IDLE_S: "60" });
  const first = of(1);
  for (let i = 0; i < 10; i++) {
    await clock.advance(30_000);
    expect(of(1)).toBe(first);
  }
  await clock.advance(121_000);
  expect(tenants.open()).toEqual([]);
  expect(of(1)).not.toBe(first);
});
