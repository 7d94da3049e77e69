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
  /** Told when an answer costs this reader no call: it was held, or another's read was under way. */
  onSpared?(how: Spared): void;
}

/** Why an answer cost no call. */
export type Spared = "cache" | "coalesced";

type Fetch<T> = (signal: AbortSignal) => Promise<Answer<T>>;

/**
 * Answers shared by all requests of the process. Equal reads under way are one read; failures are never held; what is not
 * there (`null`) is held like any other answer.
 */
export interface EntityCache {
  read<T>(key: string, freshness: Freshness, reader: Reader, fetch: Fetch<T>): Promise<T>;
  /** Whether an answer is held that would be given without a call. */
  isFresh(key: string, freshness: Freshness): boolean;
}

/** An answer that is held. */
interface Entry extends Answer<unknown> {
  readonly fetchedAtMs: number;
}

/** A read under way: those who wait for it, and what ends it when nobody does. */
interface Flight {
  readonly answer: Promise<Answer<unknown>>;
  readonly controller: AbortController;
  waiters: number;
}

/** What an answer takes up beside its text: keys, objects and the cache's own lists. */
const ENTRY_OVERHEAD_BYTES = 512;
/** A decoded answer takes up about this much memory for each byte of its text. */
const BYTES_PER_BYTE = 4;

/**
 * A cache of at most `maxBytes` bytes. lru-cache keeps the answers; the reads under way are kept here, for its own way of
 * fetching ends them when it makes room, and gives all who join a read the first one's bounds on stale answers.
 */
export function createEntityCache(clock: { now(): number }, maxBytes: number): EntityCache {
  const flights = new Map<string, Flight>();
  const entries = new LRUCache<string, Entry>({
    maxSize: maxBytes,
    sizeCalculation: ({ bytes }) => ENTRY_OVERHEAD_BYTES + bytes * BYTES_PER_BYTE,
  });

  const takeOff = (key: string, { ttlMs }: Freshness, fetch: Fetch<unknown>): Flight => {
    const controller = new AbortController();
    const land = async (): Promise<Answer<unknown>> => {
      try {
        const answer = await fetch(controller.signal);
        if (ttlMs > 0) entries.set(key, { ...answer, fetchedAtMs: clock.now() });
        return answer;
      } finally {
        if (flights.get(key) === flight) flights.delete(key);
      }
    };
    const flight: Flight = { answer: land(), controller, waiters: 0 };
    // Everybody who waits is told; a read that nobody waits for fails on its own.
    flight.answer.catch(() => {});
    flights.set(key, flight);
    return flight;
  };

  const join = async (flight: Flight, { signal }: Reader): Promise<Answer<unknown>> => {
    flight.waiters += 1;
    try {
      return await abortable(flight.answer, signal);
    } finally {
      flight.waiters -= 1;
      if (flight.waiters === 0 && signal.aborted) flight.controller.abort(signal.reason);
    }
  };

  const joinable = (key: string): Flight | undefined => {
    const flight = flights.get(key);
    return flight?.controller.signal.aborted ? undefined : flight;
  };

  return {
    async read<T>(key: string, freshness: Freshness, reader: Reader, fetch: Fetch<T>): Promise<T> {
      const { ttlMs, staleWhileRevalidateMs, staleIfErrorMs } = freshness;
      const held = reader.fresh ? undefined : entries.get(key);
      const staleForMs = held ? clock.now() - held.fetchedAtMs - ttlMs : Number.POSITIVE_INFINITY;
      const give = (answer: Answer<unknown>, freshForMs: number): T => {
        reader.onAnswer?.(Math.max(0, freshForMs));
        return answer.value as T;
      };
      if (held && staleForMs < 0) {
        reader.onSpared?.("cache");
        return give(held, -staleForMs);
      }
      const joined = joinable(key);
      if (joined) reader.onSpared?.("coalesced");
      const flight = joined ?? takeOff(key, freshness, fetch);
      if (held && staleForMs < staleWhileRevalidateMs) {
        // Fetched for whoever comes next: nobody's leaving may end it.
        flight.waiters += 1;
        return give(held, 0);
      }
      try {
        return give(await join(flight, reader), ttlMs);
      } catch (error) {
        if (held && !reader.signal.aborted && staleForMs <= staleIfErrorMs) return give(held, 0);
        throw error;
      }
    },
    isFresh(key, { ttlMs }) {
      const held = entries.peek(key);
      return held !== undefined && clock.now() - held.fetchedAtMs < ttlMs;
    },
  };
}
