import { LRUCache } from "lru-cache";
import type { CallContext } from "../feishu/call.js";
import { LazyEntity } from "../feishu/decode/lazy-entity.js";
import { InFlightRead } from "./in-flight.js";
import type { ReadContext } from "./read-context.js";

/** Time to live of one kind of answer. */
export interface Freshness {
  /** Milliseconds for which an answer is given without a call; 0 caches nothing. */
  readonly ttlMs: number;
  /** Milliseconds after that for which it is still given while a new one is fetched behind it. */
  readonly staleWhileRevalidateMs: number;
  /** Milliseconds after the ttl for which it is given when a new one cannot be had. */
  readonly staleIfErrorMs: number;
}

/** One read: where from, under which key, and how its answer is fetched and cached. */
export interface CachedRead<T> {
  readonly endpoint: string;
  readonly key: string;
  readonly freshness: Freshness;
  fetch(context: CallContext): Promise<T>;
}

/**
 * Answers shared by all operations of the process. Equal reads in flight are one read; failures are never cached; an entity
 * that does not exist (`null`) is cached like any other answer.
 */
export interface Cache {
  read<T>(read: CachedRead<T>, context: ReadContext): Promise<T>;
  /** Evicts the answers whose key matches, and keeps equal reads in flight out of the cache. */
  invalidate(isChanged: (key: string) => boolean): void;
  /** True if a fresh answer is cached. */
  isFresh(key: string, freshness: Freshness): boolean;
}

interface Entry {
  readonly value: unknown;
  readonly fetchedAtMs: number;
  /** A lazy entity is cached as bytes first, and parsed once it is asked for again. */
  readonly isParsed: boolean;
}

/** The memory of an entry beside its answer: keys, objects and the cache's own lists. */
const ENTRY_OVERHEAD_BYTES = 1536;
/** What is parsed of an answer takes about four times as much as its bytes. */
const PARSED_BYTES_PER_BYTE = 5;

const sizeOf = ({ value, isParsed }: Entry): number => {
  const bytes = value instanceof LazyEntity ? value.byteLength : JSON.stringify(value).length;
  return ENTRY_OVERHEAD_BYTES + bytes * (isParsed ? PARSED_BYTES_PER_BYTE : 1);
};

/** A cache of at most `maxBytes` bytes. */
export const createCache = (clock: { now(): number }, maxBytes: number): Cache => new ReadCache(clock, maxBytes);

/**
 * lru-cache stores the answers; the reads in flight are kept here, for its own way of fetching ends them when it makes room, and
 * gives all who join a read the first one's bounds on stale answers.
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

  /** An answer that is asked for a second time will be asked for again: it is not parsed each time. */
  #parsed(key: string, entry: Entry): unknown {
    if (entry.isParsed || !(entry.value instanceof LazyEntity)) return entry.value;
    const value = entry.value.materialize();
    // It may have been invalidated, or replaced by a newer one, while this reader waited.
    if (this.#entries.peek(key) === entry) this.#entries.set(key, { ...entry, value, isParsed: true });
    return value;
  }

  /** The read that is in flight already and still wanted, or a new one. */
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
