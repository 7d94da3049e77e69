import type { Clock } from "./clock.js";

/** A pending timeout. */
export interface Expiring {
  /** Set when it is added. */
  dueAtMs: number;
  expire(): void;
}

/** Gives everything the same time: then what begins first ends first, and one sleep at a time watches over all. */
export interface Timeouts {
  add(item: Expiring): void;
  remove(item: Expiring): void;
}

/** Timeouts of `ms` milliseconds. A timer and a signal for each of hundreds of calls a page cost more than the calls. */
export function createTimeouts(clock: Clock, ms: number): Timeouts {
  const line = new Set<Expiring>();
  let isWatched = false;
  const watch = async (): Promise<void> => {
    isWatched = true;
    for (const first of line) {
      const leftMs = first.dueAtMs - clock.now();
      if (leftMs > 0) await clock.sleep(leftMs);
      // It may have ended meanwhile, and others have come.
      if (line.delete(first)) first.expire();
    }
    isWatched = false;
  };
  return {
    add(item) {
      item.dueAtMs = clock.now() + ms;
      line.add(item);
      if (!isWatched) void watch();
    },
    remove: (item) => void line.delete(item),
  };
}
