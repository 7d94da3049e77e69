import type { Clock } from "./clock.js";

/** A pending timeout, linked to the one before it and the one after it. */
export interface Expiring {
  /** Set by the queue, like `earlier` and `later`. */
  dueAtMs: number;
  earlier: Expiring | null;
  later: Expiring | null;
  expire(): void;
}

/**
 * Queue of timeouts of equal duration. The first to start is the first to expire, so one sleep at a time serves all.
 */
export interface Timeouts {
  add(item: Expiring): void;
  /** Removes an item; ignores one that is not in the queue or has expired. */
  remove(item: Expiring): void;
}

/**
 * Creates timeouts of `ms` milliseconds. A page makes hundreds of calls; a timer and a signal for each cost more than
 * the calls.
 *
 * The queue is a linked list rather than a `Set`: V8 keeps a set's outgrown tables during an iteration. The tables keep
 * every item removed meanwhile, and each minor collection would copy them.
 */
export function createTimeouts(clock: Clock, ms: number): Timeouts {
  let first: Expiring | null = null;
  let last: Expiring | null = null;
  let isRunning = false;

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
  const run = async (): Promise<void> => {
    isRunning = true;
    for (let next = first; next; next = first) {
      const leftMs = next.dueAtMs - clock.now();
      if (leftMs > 0) await clock.sleep(leftMs);
      // The item may have been removed meanwhile.
      if (next !== first) continue;
      remove(next);
      next.expire();
    }
    isRunning = false;
  };
  return {
    add(item) {
      item.dueAtMs = clock.now() + ms;
      item.earlier = last;
      if (last) last.later = item;
      else first = item;
      last = item;
      if (!isRunning) void run();
    },
    remove,
  };
}
