import { LRUCache } from "lru-cache";
import type { CallContext } from "../feishu/call.js";
import { LazyEntity } from "../feishu/decode/lazy-entity.js";
import { InFlightRead } from "./in-flight.js";
import type { ReadContext } from "./read-context.js";

/** Freshness limits of one kind of answer. */
export interface Freshness {
  /** Milliseconds that an answer is served without a call; 0 caches nothing. */
  readonly ttlMs: number;
  /** Milliseconds after the ttl that an answer is served while a new one is fetched in the background. */
  readonly staleWhileRevalidateMs: number;
  /** Milliseconds after the ttl that an answer is served if a new one cannot be fetched. */
  readonly staleIfErrorMs: number;
}

/** One read: its endpoint and key, and how its answer is fetched and cached. */
export interface CachedRead<T> {
  readonly endpoint: string;
  readonly key: string;
  readonly freshness: Freshness;
  fetch(context: CallContext): Promise<T>;
}

/**
 * Cache of answers, shared by all operations of the process. Equal reads in flight are coalesced. Failures are never
 * cached. A missing entity (`null`) is cached like any other answer.
 */
export interface Cache {
  read<T>(read: CachedRead<T>, context: ReadContext): Promise<T>;
  /** Evicts the answers whose key matches, and keeps matching reads in flight out of the cache. */
  invalidate(isChanged: (key: string) => boolean): void;
  /** Returns true if a fresh answer is cached. */
  isFresh(key: string, freshness: Freshness): boolean;
}

interface Entry {
  readonly value: unknown;
  readonly fetchedAtMs: number;
  /** False for a lazy entity cached as bytes; it is parsed on the next request. */
  readonly isParsed: boolean;
}

/** Memory of an entry besides its answer: keys, objects and the cache's own lists. */
const ENTRY_OVERHEAD_BYTES = 1536;
/** Memory per byte of a parsed answer: the byte itself, and about four more for the parsed data. */
const PARSED_BYTES_PER_BYTE = 5;

const sizeOf = ({ value, isParsed }: Entry): number => {
  const bytes = value instanceof LazyEntity ? value.byteLength : JSON.stringify(value).length;
  return ENTRY_OVERHEAD_BYTES + bytes * (isParsed ? PARSED_BYTES_PER_BYTE : 1);
};

/** Creates a cache of at most `maxBytes` bytes. */
export const createCache = (clock: { now(): number }, maxBytes: number): Cache => new ReadCache(clock, maxBytes);

/**
 * Cache that stores answers in lru-cache and keeps reads in flight in its own map. The fetching of lru-cache aborts
 * reads when it evicts entries. It also applies the first waiter's limits on stale answers to all waiters.
 */
class ReadCache implements Cache {
  readonly #clock: { now(): number };
  readonly #inFlight = new Map<string, InFlightRead<unknown>>();
  readonly #entries: LRUCache<string, Entry>;

  constructor(clock: { now(): number }, maxBytes: number) {
    this.#clock = clock;
    this.#entries = new LRUCache({ maxSize: maxBytes, sizeCalculation: sizeOf });
  }

  read<T>(read: CachedRead<T>, context: ReadContext): Promise<T> {
    const cached = context.fresh ? undefined : this.#entries.get(read.key);
    return cached ? this.#readCached(read, context, cached) : (this.#join(read, context).result(context) as Promise<T>);
  }

  invalidate(isChanged: (key: string) => boolean): void {
    for (const key of this.#entries.keys()) if (isChanged(key)) this.#entries.delete(key);
    for (const [key, read] of this.#inFlight) {
      if (!isChanged(key)) continue;
      read.isInvalidated = true;
      this.#inFlight.delete(key);
    }
  }

  isFresh(key: string, { ttlMs }: Freshness): boolean {
    const cached = this.#entries.peek(key);
    return cached !== undefined && this.#clock.now() - cached.fetchedAtMs < ttlMs;
  }

  #readCached<T>(read: CachedRead<T>, context: ReadContext, cached: Entry): Promise<T> {
    const { key, freshness } = read;
    const staleForMs = this.#clock.now() - cached.fetchedAtMs - freshness.ttlMs;
    const give = (): T => {
      context.onAnswer?.(Math.max(0, -staleForMs));
      return this.#parsed(key, cached) as T;
    };
    if (staleForMs < 0) {
      context.observer.saved(read.endpoint, "cache");
      return Promise.resolve(give());
    }
    const running = this.#join(read, context);
    if (staleForMs < freshness.staleWhileRevalidateMs) {
      running.detach();
      return Promise.resolve(give());
    }
    return (running.result(context) as Promise<T>).catch((error: unknown) => {
      const isUsable = !context.signal.aborted && !running.isInvalidated && staleForMs <= freshness.staleIfErrorMs;
      if (!isUsable) throw error;
      return give();
    });
  }

  /** Returns the parsed answer and caches it: an answer requested twice is likely to be requested again. */
  #parsed(key: string, entry: Entry): unknown {
    if (entry.isParsed || !(entry.value instanceof LazyEntity)) return entry.value;
    const value = entry.value.materialize();
    // The entry may have been invalidated or replaced by a newer one while this caller waited.
    if (this.#entries.peek(key) === entry) this.#entries.set(key, { ...entry, value, isParsed: true });
    return value;
  }

  /** Returns the equal read in flight, or starts a new one if it is absent or aborted. */
  #join<T>(read: CachedRead<T>, context: ReadContext): InFlightRead<unknown> {
    const running = this.#inFlight.get(read.key);
    if (!running || running.aborted) return this.#start(read, context);
    context.observer.saved(read.endpoint, "coalesced");
    if (running.startedBy) context.trace?.joined(running.startedBy);
    return running;
  }

  #start<T>({ key, freshness: { ttlMs }, fetch }: CachedRead<T>, context: ReadContext): InFlightRead<unknown> {
    const read = new InFlightRead<unknown>(context);
    this.#inFlight.set(key, read);
    fetch(read).then(
      (value) => {
        this.#end(key, read);
        if (ttlMs > 0 && !read.isInvalidated) {
          const isParsed = !(value instanceof LazyEntity);
          this.#entries.set(key, { value, fetchedAtMs: this.#clock.now(), isParsed });
        }
        read.resolve(value, ttlMs);
      },
      (error: unknown) => {
        this.#end(key, read);
        read.reject(error);
      },
    );
    return read;
  }

  #end(key: string, read: InFlightRead<unknown>): void {
    if (this.#inFlight.get(key) === read) this.#inFlight.delete(key);
  }
}
