import type { Clock } from "./clock.js";

/** A pending timeout, linked to the one before it and the one after it. */
export interface Expiring {
  /** These three are set by the line that it is in. */
  dueAtMs: number;
  earlier: Expiring | null;
  later: Expiring | null;
  expire(): void;
}

/** Gives everything the same time: then what begins first ends first, and one sleep at a time watches over all. */
export interface Timeouts {
  add(item: Expiring): void;
  /** Takes an item out; one that is not in the line, or has expired, is left alone. */
  remove(item: Expiring): void;
}

/**
 * Timeouts of `ms` milliseconds. A timer and a signal for each of hundreds of calls a page cost more than the calls.
 *
 * The line is linked, and not a `Set`: V8 keeps a set's outgrown tables while anything walks over it, and with them all that has
 * left the line meanwhile; every minor collection would copy it.
 */
export function createTimeouts(clock: Clock, ms: number): Timeouts {
  let first: Expiring | null = null;
  let last: Expiring | null = null;
  let isWatched = false;

  const remove = (item: Expiring): void => {
    const { earlier, later } = item;
    if (item !== first && earlier === null) return;
    if (earlier) earlier.later = later;
    else first = later;
    if (later) later.earlier = earlier;
    else last = earlier;
    item.earlier = null;
    item.later = null;
  };
  const watch = async (): Promise<void> => {
    isWatched = true;
    for (let next = first; next; next = first) {
      const leftMs = next.dueAtMs - clock.now();
      if (leftMs > 0) await clock.sleep(leftMs);
      // It may have ended meanwhile.
      if (next !== first) continue;
      remove(next);
      next.expire();
    }
    isWatched = false;
  };
  return {
    add(item) {
      item.dueAtMs = clock.now() + ms;
      item.earlier = last;
      if (last) last.later = item;
      else first = item;
      last = item;
      if (!isWatched) void watch();
    },
    remove,
  };
}
