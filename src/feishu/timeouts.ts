import type { Clock } from "../clock.js";

/** Something that has so long, and no longer. */
export interface Timeout {
  /** It has ended by itself. */
  clear(): void;
}

/** Gives everything the same time: then what begins first ends first, and one sleep at a time watches over all. */
export interface Timeouts {
  start(expire: () => void): Timeout;
}

interface Waiting {
  readonly atMs: number;
  expire(): void;
}

/** Timeouts of `ms` milliseconds. A timer and a signal for each of hundreds of calls a page cost more than the calls. */
export function createTimeouts(clock: Clock, ms: number): Timeouts {
  const line = new Set<Waiting>();
  let isWatched = false;
  const watch = async (): Promise<void> => {
    isWatched = true;
    for (const first of line) {
      const leftMs = first.atMs - clock.now();
      if (leftMs > 0) await clock.sleep(leftMs);
      // It may have ended meanwhile, and others have come.
      if (line.delete(first)) first.expire();
    }
    isWatched = false;
  };
  return {
    start(expire) {
      const waiting = { atMs: clock.now() + ms, expire };
      line.add(waiting);
      if (!isWatched) void watch();
      return { clear: () => void line.delete(waiting) };
    },
  };
}
