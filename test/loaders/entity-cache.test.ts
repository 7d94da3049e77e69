import { describe, expect, it, vi } from "vitest";
import type { CancelSignal } from "../../src/cancellation.js";
import { createEntityCache, type EntityCache, type Freshness, type Reader } from "../../src/loaders/entity-cache.js";
import { createFakeClock } from "../support/fake-clock.js";
import { neverAborted } from "../support/upstream.js";

const FRESHNESS: Freshness = { ttlMs: 1000, staleWhileRevalidateMs: 1000, staleIfErrorMs: 10_000 };
const reader: Reader = { signal: neverAborted(), fresh: false };

/** A source that counts, and answers when it is told to. */
function createSource() {
  const waiting: { resolve(): void; reject(error: Error): void; signal: CancelSignal }[] = [];
  const source = {
    calls: 0,
    fetch: (signal: CancelSignal) => {
      const value = ++source.calls;
      return new Promise<{ value: number; bytes: number }>((resolve, reject) => {
        waiting.push({ resolve: () => resolve({ value, bytes: 100 }), reject, signal });
        signal.addEventListener("abort", () => reject(signal.reason));
      });
    },
    answer: () => waiting.shift()?.resolve(),
    fail: () => waiting.shift()?.reject(new Error("the source failed")),
    signals: () => waiting.map(({ signal }) => signal),
  };
  return source;
}

async function readAndAnswer(cache: EntityCache, source: ReturnType<typeof createSource>, freshness = FRESHNESS) {
  const value = cache.read("key", freshness, reader, source.fetch);
  source.answer();
  return value;
}

describe("the cache", () => {
  it("makes equal reads under way one read", async () => {
    const source = createSource();
    const cache = createEntityCache(createFakeClock(), 1e6);
    const reads = Array.from({ length: 100 }, () => cache.read("key", FRESHNESS, reader, source.fetch));
    source.answer();
    expect(new Set(await Promise.all(reads))).toEqual(new Set([1]));
  });

  it("holds an answer for its time, then gives it while a new one is fetched behind it, then no more", async () => {
    const clock = createFakeClock();
    const source = createSource();
    const cache = createEntityCache(clock, 1e6);
    expect(await readAndAnswer(cache, source)).toBe(1);
    await clock.advance(999);
    expect(await cache.read("key", FRESHNESS, reader, source.fetch)).toBe(1);
    expect(source.calls).toBe(1);
    await clock.advance(2);
    expect(await cache.read("key", FRESHNESS, reader, source.fetch)).toBe(1);
    expect(source.calls).toBe(2);
    source.answer();
    await clock.advance(0);
    expect(await cache.read("key", FRESHNESS, reader, source.fetch)).toBe(2);
    await clock.advance(2001);
    expect(await readAndAnswer(cache, source)).toBe(3);
  });

  it("gives an old answer when there is no new one, within its bound", async () => {
    const clock = createFakeClock();
    const source = createSource();
    const cache = createEntityCache(clock, 1e6);
    await readAndAnswer(cache, source);
    await clock.advance(10_900);
    const old = cache.read("key", FRESHNESS, reader, source.fetch);
    source.fail();
    expect(await old).toBe(1);
    await clock.advance(200);
    const tooOld = cache.read("key", FRESHNESS, reader, source.fetch);
    source.fail();
    await expect(tooOld).rejects.toThrow("the source failed");
  });

  it("never holds a failure", async () => {
    const source = createSource();
    const cache = createEntityCache(createFakeClock(), 1e6);
    const failing = cache.read("key", FRESHNESS, reader, source.fetch);
    source.fail();
    await expect(failing).rejects.toThrow("the source failed");
    expect(await readAndAnswer(cache, source)).toBe(2);
  });

  it("holds that there is nothing like any other answer", async () => {
    const cache = createEntityCache(createFakeClock(), 1e6);
    let calls = 0;
    const nothing = async () => ({ value: null, bytes: ++calls });
    for (let i = 0; i < 3; i++) expect(await cache.read("key", FRESHNESS, reader, nothing)).toBeNull();
    expect(calls).toBe(1);
  });

  it("does not hold what has no time to live, but makes equal reads one all the same", async () => {
    const source = createSource();
    const cache = createEntityCache(createFakeClock(), 1e6);
    const none = { ttlMs: 0, staleWhileRevalidateMs: 0, staleIfErrorMs: 0 };
    const both = [cache.read("key", none, reader, source.fetch), cache.read("key", none, reader, source.fetch)];
    source.answer();
    expect(await Promise.all(both)).toEqual([1, 1]);
    expect(await readAndAnswer(cache, source, none)).toBe(2);
  });

  it("fetches anew for who asks for it, and holds that for the others", async () => {
    const source = createSource();
    const cache = createEntityCache(createFakeClock(), 1e6);
    await readAndAnswer(cache, source);
    const fresh = cache.read("key", FRESHNESS, { ...reader, fresh: true }, source.fetch);
    source.answer();
    expect(await fresh).toBe(2);
    expect(await cache.read("key", FRESHNESS, reader, source.fetch)).toBe(2);
  });

  it("lets one waiter go without ending the others' read, and ends it when the last has gone", async () => {
    const source = createSource();
    const cache = createEntityCache(createFakeClock(), 1e6);
    const leave = [new AbortController(), new AbortController()];
    const waits = leave.map(({ signal }) => cache.read("key", FRESHNESS, { signal, fresh: false }, source.fetch));
    const outcomes = waits.map((wait) => wait.catch((error: Error) => error.message));
    leave[0]?.abort(new Error("gone 1"));
    expect(await outcomes[0]).toBe("gone 1");
    expect(source.signals().map(({ aborted }) => aborted)).toEqual([false]);
    leave[1]?.abort(new Error("gone 2"));
    expect(await outcomes[1]).toBe("gone 2");
    expect(source.signals().map(({ aborted }) => aborted)).toEqual([true]);
  });

  it("does not end a read under way to make room, and gives each who joins it their own bound", async () => {
    const clock = createFakeClock();
    const source = createSource();
    const cache = createEntityCache(clock, 5000);
    await readAndAnswer(cache, source);
    const again = cache.read("key", FRESHNESS, { ...reader, fresh: true }, source.fetch);
    for (const key of ["a", "b", "c", "d", "e"]) {
      await cache.read(key, FRESHNESS, reader, async () => ({ value: 0, bytes: 100 }));
    }
    source.answer();
    expect(await again).toBe(2);
    await clock.advance(5000);
    const patient = cache.read("key", FRESHNESS, reader, source.fetch);
    const strict = cache.read("key", FRESHNESS, { ...reader, fresh: true }, source.fetch);
    source.fail();
    expect(await patient).toBe(2);
    await expect(strict).rejects.toThrow("the source failed");
  });

  it("keeps within its bytes, by letting go of what was asked for longest ago", async () => {
    const cache = createEntityCache(createFakeClock(), 10_000);
    let calls = 0;
    const big = async () => ({ value: ++calls, bytes: 1000 });
    for (const key of ["a", "b", "c"]) await cache.read(key, FRESHNESS, reader, big);
    expect(await cache.read("c", FRESHNESS, reader, big)).toBe(3);
    expect(await cache.read("a", FRESHNESS, reader, big)).toBe(4);
  });

  it("holds mere text as little until it is asked for again, and then what was made of it", async () => {
    const cache = createEntityCache(createFakeClock(), 1e6);
    const thaw = vi.fn((text: string) => `${text} parsed`);
    const fetch = async () => ({ value: "text", bytes: 100, thaw });
    const given = [];
    for (let i = 0; i < 3; i++) given.push(await cache.read("key", FRESHNESS, reader, fetch));
    expect(given).toEqual(["text", "text parsed", "text parsed"]);
    expect(thaw).toHaveBeenCalledTimes(1);
  });

  it("gives nothing that was forgotten while its renewal failed, and keeps nothing of it", async () => {
    const clock = createFakeClock();
    const cache = createEntityCache(clock, 1e6);
    const fetch = async () => ({ value: "old", bytes: 100, thaw: (text: string) => text });
    await cache.read("key", FRESHNESS, reader, fetch);
    await clock.advance(3000);
    let fail: (error: Error) => void = () => {};
    const renewal = cache.read("key", FRESHNESS, reader, () => new Promise<never>((_, reject) => (fail = reject)));
    cache.forget((key) => key === "key");
    fail(new Error("the source failed"));
    await expect(renewal).rejects.toThrow("the source failed");
    await expect(cache.read("key", FRESHNESS, reader, async () => ({ value: "new", bytes: 1 }))).resolves.toBe("new");
  });
});
