import { LRUCache } from "lru-cache";
import type { CancelSignal } from "../cancellation.js";
import { createFlights, type ReadTrace } from "./flights.js";

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
  /** Makes of a value that is held as mere text what is held when it is asked for again. It must hold on to nothing else. */
  readonly thaw?: (value: T) => T;
}

/** Who asks, and how. */
export interface Reader {
  /** Ends this reader's wait, and the read itself when nobody else waits for it. */
  readonly signal: CancelSignal;
  /** Wants an answer that is fetched now, whatever is held. */
  readonly fresh: boolean;
  /** Told, for each answer given, for how many milliseconds it stays fresh. */
  onAnswer?(freshForMs: number): void;
  /** Follows what this reader reads. */
  readonly trace?: ReadTrace;
}

/** Why an answer cost no call. */
export type Spared = "cache" | "coalesced";

type Fetch<T> = (signal: CancelSignal) => Promise<Answer<T>>;

/**
 * Answers shared by all requests of the process. Equal reads under way are one read; failures are never held; what is not
 * there (`null`) is held like any other answer.
 */
export interface EntityCache {
  /** `onSpared` is told when an answer costs this reader no call: it was held, or another's read was under way. */
  read<T>(
    key: string,
    freshness: Freshness,
    reader: Reader,
    fetch: Fetch<T>,
    onSpared?: (how: Spared) => void,
  ): Promise<T>;
  /** What the keys name has changed: nothing that was read before is given any more. */
  forget(isChanged: (key: string) => boolean): void;
  /** Whether an answer is held that would be given without a call. */
  isFresh(key: string, freshness: Freshness): boolean;
}

/** An answer that is held; with `thaw`, it is mere text still. */
interface Entry extends Answer<unknown> {
  readonly fetchedAtMs: number;
}

/** What an answer takes up beside its text: keys, objects and the cache's own lists. */
const ENTRY_OVERHEAD_BYTES = 1536;
/** What is parsed of an answer takes up about four times as much as its bytes. */
const BYTES_PER_BYTE = { frozen: 1, thawed: 5 };

/**
 * A cache of at most `maxBytes` bytes. lru-cache keeps the answers; the reads under way are kept here, for its own way of
 * fetching ends them when it makes room, and gives all who join a read the first one's bounds on stale answers.
 */
export function createEntityCache(clock: { now(): number }, maxBytes: number): EntityCache {
  const flights = createFlights<Answer<unknown>>();
  const entries = new LRUCache<string, Entry>({
    maxSize: maxBytes,
    sizeCalculation: ({ bytes, thaw }) =>
      ENTRY_OVERHEAD_BYTES + bytes * (thaw ? BYTES_PER_BYTE.frozen : BYTES_PER_BYTE.thawed),
  });

  /** What is asked for a second time will be asked for again: it is not parsed each time. */
  const thawed = (key: string, entry: Entry): unknown => {
    const { value, bytes, thaw, fetchedAtMs } = entry;
    if (!thaw) return value;
    const kept = thaw(value);
    // It may have been forgotten, or replaced by a newer one, while this reader waited.
    if (entries.peek(key) === entry) entries.set(key, { value: kept, bytes, fetchedAtMs });
    return kept;
  };

  const holding =
    (key: string, ttlMs: number, fetch: Fetch<unknown>) => async (signal: CancelSignal, isOutdated: () => boolean) => {
      const answer = await fetch(signal);
      if (ttlMs > 0 && !isOutdated()) entries.set(key, { ...answer, fetchedAtMs: clock.now() });
      return answer;
    };

  return {
    async read<T>(
      key: string,
      freshness: Freshness,
      reader: Reader,
      fetch: Fetch<T>,
      onSpared?: (how: Spared) => void,
    ): Promise<T> {
      const { ttlMs, staleWhileRevalidateMs, staleIfErrorMs } = freshness;
      const held = reader.fresh ? undefined : entries.get(key);
      const staleForMs = held ? clock.now() - held.fetchedAtMs - ttlMs : Number.POSITIVE_INFINITY;
      const giveHeld = (entry: Entry): T => {
        reader.onAnswer?.(Math.max(0, -staleForMs));
        return thawed(key, entry) as T;
      };
      if (held && staleForMs < 0) {
        onSpared?.("cache");
        return giveHeld(held);
      }
      const joined = flights.joinable(key);
      if (joined) {
        onSpared?.("coalesced");
        if (joined.begunBy) reader.trace?.joined(joined.begunBy);
      }
      const flight = joined ?? flights.takeOff(key, holding(key, ttlMs, fetch as Fetch<unknown>), reader.trace);
      if (held && staleForMs < staleWhileRevalidateMs) {
        flights.keepGoing(flight);
        return giveHeld(held);
      }
      try {
        const { value } = await flights.join(flight, reader.signal);
        reader.onAnswer?.(ttlMs);
        return value as T;
      } catch (error) {
        const isGood = !reader.signal.aborted && !flight.isOutdated && staleForMs <= staleIfErrorMs;
        if (held && isGood) return giveHeld(held);
        throw error;
      }
    },
    forget(isChanged) {
      for (const key of entries.keys()) if (isChanged(key)) entries.delete(key);
      flights.outdate(isChanged);
    },
    isFresh(key, { ttlMs }) {
      const held = entries.peek(key);
      return held !== undefined && clock.now() - held.fetchedAtMs < ttlMs;
    },
  };
}
