import { LRUCache } from "lru-cache";
import { abortable } from "../feishu/abortable.js";

/** How long a kind of answer stays good. */
export interface Freshness {
  /** Milliseconds for which an answer is given without a question; 0 holds nothing. */
  readonly ttlMs: number;
  /** Milliseconds after that for which it is still given while a new one is fetched behind it. */
  readonly staleWhileRevalidateMs: number;
  /** Milliseconds after the ttl for which it is given when a new one cannot be had. */
  readonly staleIfErrorMs: number;
}

/** An answer with the bytes that it came in. */
export interface Answer<T> {
  readonly value: T;
  readonly bytes: number;
}

/** Who asks, and how. */
export interface Reader {
  /** Ends this reader's wait, and the read itself when nobody else waits for it. */
  readonly signal: AbortSignal;
  /** Wants an answer that is fetched now, whatever is held. */
  readonly fresh: boolean;
  /** Told, for each answer given, for how many milliseconds it stays fresh. */
  onAnswer?(freshForMs: number): void;
}

type Fetch<T> = (signal: AbortSignal) => Promise<Answer<T>>;

/**
 * Answers shared by all requests of the process. Equal reads under way are one read; failures are never held; what is not
 * there (`null`) is held like any other answer.
 */
export interface EntityCache {
  read<T>(key: string, freshness: Freshness, reader: Reader, fetch: Fetch<T>): Promise<T>;
  /** Whether an answer is held that would be given without a call. */
  isFresh(key: string): boolean;
}

/** A read under way: those who wait for it, and what ends it when nobody does. */
interface Flight {
  readonly controller: AbortController;
  waiters: number;
}

/** What an answer takes up beside its text: keys, objects and the cache's own lists. */
const ENTRY_OVERHEAD_BYTES = 512;
/** A decoded answer takes up about this much memory for each byte of its text. */
const BYTES_PER_BYTE = 4;

/** A cache of at most `maxBytes` bytes. */
export function createEntityCache(clock: { now(): number }, maxBytes: number): EntityCache {
  const flights = new Map<string, Flight>();
  const cache = new LRUCache<string, Answer<unknown>, { fetch: Fetch<unknown>; ttlMs: number }>({
    maxSize: maxBytes,
    maxEntrySize: maxBytes,
    sizeCalculation: ({ bytes }) => ENTRY_OVERHEAD_BYTES + bytes * BYTES_PER_BYTE,
    perf: clock,
    ttlResolution: 0,
    // A time to live is set for each entry; here it only makes the cache keep time at all.
    ttl: 1,
    noDeleteOnFetchRejection: true,
    noDeleteOnStaleGet: true,
    async fetchMethod(key, _, { context, options }) {
      options.ttl = Math.max(1, context.ttlMs);
      const flight = flights.get(key) ?? newFlight();
      flights.set(key, flight);
      try {
        return await context.fetch(flight.controller.signal);
      } finally {
        flights.delete(key);
      }
    },
  });

  const join = async <T>(key: string, answer: Promise<T>, { signal }: Reader): Promise<T> => {
    const flight = flights.get(key);
    if (!flight) return abortable(answer, signal);
    flight.waiters += 1;
    try {
      return await abortable(answer, signal);
    } finally {
      flight.waiters -= 1;
      if (flight.waiters === 0 && signal.aborted) flight.controller.abort(signal.reason);
    }
  };

  const cacheOfAll: EntityCache = {
    async read<T>(key: string, freshness: Freshness, reader: Reader, fetch: Fetch<T>): Promise<T> {
      const { ttlMs, staleWhileRevalidateMs, staleIfErrorMs } = freshness;
      const isHeld = !reader.fresh && cache.peek(key, { allowStale: true }) !== undefined;
      const staleForMs = isHeld ? -cache.getRemainingTTL(key) : Number.POSITIVE_INFINITY;
      const answer = cache.fetch(key, {
        context: { fetch, ttlMs },
        forceRefresh: reader.fresh,
        allowStale: staleForMs <= staleWhileRevalidateMs,
        allowStaleOnFetchRejection: staleForMs <= staleIfErrorMs,
      });
      const flight = flights.get(key);
      const held = await join(key, answer, reader).catch((error: unknown) => {
        // Everybody else had left, and so it was ended just as this reader joined.
        if (flight?.controller.signal.aborted && !reader.signal.aborted) return null;
        throw error;
      });
      if (held === null) return cacheOfAll.read(key, freshness, reader, fetch);
      if (ttlMs === 0) cache.delete(key);
      reader.onAnswer?.(ttlMs === 0 ? 0 : Math.max(0, cache.getRemainingTTL(key)));
      if (held === undefined) throw new Error("a fetch gave no answer");
      return held.value as T;
    },
    isFresh: (key) => cache.has(key),
  };
  return cacheOfAll;
}

const newFlight = (): Flight => ({ controller: new AbortController(), waiters: 0 });
