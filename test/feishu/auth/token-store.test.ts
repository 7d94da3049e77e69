import { randomUUID } from "node:crypto";
import { describe, expect, inject, it, onTestFinished } from "vitest";
import { openRedis } from "../../../src/bootstrap/redis.js";
import { Secret } from "../../../src/core/secret.js";
import { createTokenStore } from "../../../src/feishu/auth/token-store.js";
import { startSandbox } from "../../../src/sandbox/server.js";
import { createFakeClock } from "../../support/fake-clock.js";
import { MARKER } from "../../support/fixtures.js";
import { createHarness, TOKEN } from "../../support/harness.js";

const QUERY = `{ examMarkingTasks(userId: "${MARKER}") { edges { node { id } } } }`;

/** Starts several services of the same app on one sandbox. */
async function startReplicas(count: number) {
  const sandbox = await startSandbox({ quotas: {} });
  const env = { REDIS_URL: inject("redisUrl"), FEISHU_APP_ID: `cli_${randomUUID()}` };
  return Promise.all(Array.from({ length: count }, () => createHarness({ sandbox, env })));
}

async function openShelf(appSecret = "secret", appId = `cli_${randomUUID()}`) {
  const redis = openRedis(new Secret(inject("redisUrl")));
  await redis.connect();
  onTestFinished(() => redis.disconnect());
  const store = createTokenStore({ redis, clock: createFakeClock(), owner: appId, appSecret: new Secret(appSecret) });
  return { redis, store, appId };
}

const anyGood = (): boolean => true;

describe("a fleet", () => {
  it("fetches one token when several replicas ask at once", async () => {
    const replicas = await startReplicas(3);
    const answers = await Promise.all(replicas.map(({ askText }) => askText(QUERY)));
    expect(answers.map(({ errors }) => errors)).toEqual([undefined, undefined, undefined]);
    expect(replicas[0]?.calls(TOKEN)).toBe(1);
  });

  it("fetches one new token when the old one is rejected", async () => {
    const [first, second] = await startReplicas(2);
    await first?.askText(QUERY);
    await second?.askText(QUERY);
    first?.sandbox.tokens.expireAll();
    expect((await first?.askText(QUERY))?.errors).toBeUndefined();
    expect((await second?.askText(QUERY))?.errors).toBeUndefined();
    expect(first?.calls(TOKEN)).toBe(2);
  });
});

describe("the store", () => {
  it("holds tokens only in encrypted form", async () => {
    const { redis, store, appId } = await openShelf();
    await store.get(anyGood, async () => ({ value: new Secret("t-secret-token"), expiresInMs: 60_000 }));
    const kept = (await redis.get(`feishu-hire-graphql:{${appId}}:token`)) ?? "";
    const bytes = Buffer.from(kept, "base64");
    // AES-GCM: a 12-byte nonce, a 16-byte tag, and a ciphertext as long as the token.
    expect(bytes).toHaveLength(12 + 16 + "t-secret-token".length);
    expect(kept).not.toContain("t-secret-token");
    expect(bytes.toString("latin1")).not.toContain("secret");
    expect(await redis.pttl(`feishu-hire-graphql:{${appId}}:token`)).toBeGreaterThan(50_000);
  });

  it.each([
    ["that was sealed with another secret", "other"],
    ["that was tampered with", "secret"],
  ])("ignores a token %s", async (_, secret) => {
    const { redis, store, appId } = await openShelf();
    await store.get(anyGood, async () => ({ value: new Secret("t-1"), expiresInMs: 60_000 }));
    if (secret === "secret") await redis.set(`feishu-hire-graphql:{${appId}}:token`, "AAAA", "PX", 60_000);
    const other = await openShelf(secret, appId);
    expect(await other.store.get(anyGood, async () => ({ value: new Secret("t-2"), expiresInMs: 1000 }))).toEqual({
      value: new Secret("t-2"),
      expiresInMs: 1000,
    });
  });

  it("is bypassed while Redis is unreachable", async () => {
    const { redis, store } = await openShelf();
    redis.disconnect();
    const token = { value: new Secret("t-1"), expiresInMs: 60_000 };
    expect(await store.get(anyGood, async () => token)).toEqual(token);
  });
});
