import { describe, expect, it } from "vitest";
import type { CancelSignal } from "../../src/core/cancellation.js";
import { shape } from "../../src/feishu/decode/decode.js";
import { string } from "../../src/feishu/decode/decoder.js";
import { LazyEntity } from "../../src/feishu/decode/lazy-entity.js";
import { type Cache, createCache, type Freshness } from "../../src/loaders/cache.js";
import { createFakeClock } from "../support/fake-clock.js";
import { readContext } from "../support/read-context.js";

const FRESHNESS: Freshness = { ttlMs: 1000, staleWhileRevalidateMs: 1000, staleIfErrorMs: 10_000 };
const context = readContext();

const readOf = <T>(key: string, freshness: Freshness, fetch: (context: { signal: CancelSignal }) => Promise<T>) => ({
  endpoint: "GET /things/:id",
  key,
  freshness,
  fetch,
});

/** Creates a source that counts its calls and settles them on demand. */
function createSource() {
  const waiting: { resolve(): void; reject(error: Error): void; signal: CancelSignal }[] = [];
  const source = {
    calls: 0,
    fetch: ({ signal }: { signal: CancelSignal }) => {
      const value = ++source.calls;
      return new Promise<number>((resolve, reject) => {
        waiting.push({ resolve: () => resolve(value), reject, signal });
        signal.addEventListener("abort", () => reject(signal.reason));
      });
    },
    answer: () => waiting.shift()?.resolve(),
    fail: () => waiting.shift()?.reject(new Error("the source failed")),
    signals: () => waiting.map(({ signal }) => signal),
  };
  return source;
}

async function readAndAnswer(cache: Cache, source: ReturnType<typeof createSource>, freshness = FRESHNESS) {
  const value = cache.read(readOf("key", freshness, source.fetch), context);
  source.answer();
  return value;
}

describe("the cache", () => {
  it("coalesces equal reads in flight", async () => {
    const source = createSource();
    const cache = createCache(createFakeClock(), 1e6);
    const reads = Array.from({ length: 100 }, () => cache.read(readOf("key", FRESHNESS, source.fetch), context));
    source.answer();
    expect(new Set(await Promise.all(reads))).toEqual(new Set([1]));
  });

  it("serves a fresh value, then a stale one while it refreshes, then none", async () => {
    const clock = createFakeClock();
    const source = createSource();
    const cache = createCache(clock, 1e6);
    expect(await readAndAnswer(cache, source)).toBe(1);
    await clock.advance(999);
    expect(await cache.read(readOf("key", FRESHNESS, source.fetch), context)).toBe(1);
    expect(source.calls).toBe(1);
    await clock.advance(2);
    expect(await cache.read(readOf("key", FRESHNESS, source.fetch), context)).toBe(1);
    expect(source.calls).toBe(2);
    source.answer();
    await clock.advance(0);
    expect(await cache.read(readOf("key", FRESHNESS, source.fetch), context)).toBe(2);
    await clock.advance(2001);
    expect(await readAndAnswer(cache, source)).toBe(3);
  });

  it("serves a stale value when the refresh fails, within its bound", async () => {
    const clock = createFakeClock();
    const source = createSource();
    const cache = createCache(clock, 1e6);
    await readAndAnswer(cache, source);
    await clock.advance(10_900);
    const old = cache.read(readOf("key", FRESHNESS, source.fetch), context);
    source.fail();
    expect(await old).toBe(1);
    await clock.advance(200);
    const tooOld = cache.read(readOf("key", FRESHNESS, source.fetch), context);
    source.fail();
    await expect(tooOld).rejects.toThrow("the source failed");
  });

  it("never caches a failure", async () => {
    const source = createSource();
    const cache = createCache(createFakeClock(), 1e6);
    const failing = cache.read(readOf("key", FRESHNESS, source.fetch), context);
    source.fail();
    await expect(failing).rejects.toThrow("the source failed");
    expect(await readAndAnswer(cache, source)).toBe(2);
  });

  it("caches a missing entity like any other value", async () => {
    const cache = createCache(createFakeClock(), 1e6);
    let calls = 0;
    const nothing = async () => {
      calls += 1;
      return null;
    };
    for (let i = 0; i < 3; i++) expect(await cache.read(readOf("key", FRESHNESS, nothing), context)).toBeNull();
    expect(calls).toBe(1);
  });

  it("caches nothing without a TTL, but still coalesces equal reads", async () => {
    const source = createSource();
    const cache = createCache(createFakeClock(), 1e6);
    const none = { ttlMs: 0, staleWhileRevalidateMs: 0, staleIfErrorMs: 0 };
    const both = [
      cache.read(readOf("key", none, source.fetch), context),
      cache.read(readOf("key", none, source.fetch), context),
    ];
    source.answer();
    expect(await Promise.all(both)).toEqual([1, 1]);
    expect(await readAndAnswer(cache, source, none)).toBe(2);
  });

  it("refetches on request and caches the result for the others", async () => {
    const source = createSource();
    const cache = createCache(createFakeClock(), 1e6);
    await readAndAnswer(cache, source);
    const fresh = cache.read(readOf("key", FRESHNESS, source.fetch), { ...context, fresh: true });
    source.answer();
    expect(await fresh).toBe(2);
    expect(await cache.read(readOf("key", FRESHNESS, source.fetch), context)).toBe(2);
  });

  it("keeps a shared read running when one waiter aborts, and cancels it when the last one does", async () => {
    const source = createSource();
    const cache = createCache(createFakeClock(), 1e6);
    const leave = [new AbortController(), new AbortController()];
    const waits = leave.map(({ signal }) => cache.read(readOf("key", FRESHNESS, source.fetch), { ...context, signal }));
    const outcomes = waits.map((wait) => wait.catch((error: Error) => error.message));
    leave[0]?.abort(new Error("gone 1"));
    expect(await outcomes[0]).toBe("gone 1");
    expect(source.signals().map(({ aborted }) => aborted)).toEqual([false]);
    leave[1]?.abort(new Error("gone 2"));
    expect(await outcomes[1]).toBe("gone 2");
    expect(source.signals().map(({ aborted }) => aborted)).toEqual([true]);
  });

  it("does not cancel a read in flight on eviction, and applies each waiter's own staleness bound", async () => {
    const clock = createFakeClock();
    const source = createSource();
    const cache = createCache(clock, 5000);
    await readAndAnswer(cache, source);
    const again = cache.read(readOf("key", FRESHNESS, source.fetch), { ...context, fresh: true });
    for (const key of ["a", "b", "c", "d", "e"]) {
      await cache.read(
        readOf(key, FRESHNESS, async () => 0),
        context,
      );
    }
    source.answer();
    expect(await again).toBe(2);
    await clock.advance(5000);
    const patient = cache.read(readOf("key", FRESHNESS, source.fetch), context);
    const strict = cache.read(readOf("key", FRESHNESS, source.fetch), { ...context, fresh: true });
    source.fail();
    expect(await patient).toBe(2);
    await expect(strict).rejects.toThrow("the source failed");
  });

  it("stays within its byte limit by evicting the least recently used entry", async () => {
    const cache = createCache(createFakeClock(), 10_000);
    let calls = 0;
    const big = async () => `${++calls}${"x".repeat(1000)}`;
    for (const key of ["a", "b", "c"]) await cache.read(readOf(key, FRESHNESS, big), context);
    expect(await cache.read(readOf("c", FRESHNESS, big), context)).toMatch(/^3x/);
    expect(await cache.read(readOf("a", FRESHNESS, big), context)).toMatch(/^4x/);
  });

  it("parses an entity again on its second read and then keeps it parsed", async () => {
    const cache = createCache(createFakeClock(), 1e6);
    const upstream = { endpoint: "GET /things/:id", httpStatus: 200, code: 0, logId: null };
    const data = { id: "1", name: "a name" };
    const bytes = Buffer.from(JSON.stringify({ data }));
    const fetch = async () =>
      new LazyEntity(shape({ id: string(), name: string() }), upstream, bytes, structuredClone(data), false);
    const given = [];
    for (let i = 0; i < 4; i++) given.push(await cache.read(readOf("key", FRESHNESS, fetch), context));
    expect(given.map((one) => one.all())).toEqual(Array(4).fill(data));
    expect(new Set(given).size).toBe(2);
    expect(given[1]).toBe(given[3]);
  });

  it("returns and caches nothing that was invalidated while its refresh failed", async () => {
    const clock = createFakeClock();
    const cache = createCache(clock, 1e6);
    const fetch = async () => "old";
    await cache.read(readOf("key", FRESHNESS, fetch), context);
    await clock.advance(3000);
    let fail: (error: Error) => void = () => {};
    const renewal = cache.read(
      readOf("key", FRESHNESS, () => new Promise<never>((_, reject) => (fail = reject))),
      context,
    );
    cache.invalidate((key) => key === "key");
    fail(new Error("the source failed"));
    await expect(renewal).rejects.toThrow("the source failed");
    await expect(
      cache.read(
        readOf("key", FRESHNESS, async () => "new"),
        context,
      ),
    ).resolves.toBe("new");
  });
});
