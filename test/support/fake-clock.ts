import type { Clock } from "../../src/clock.js";

/** A clock that stands still until a test moves it. */
export interface FakeClock extends Clock {
  /** Moves time on, waking every sleep that is due, in order. */
  advance(ms: number): Promise<void>;
  /** Resolves when somebody sleeps until at least `ms` from now; the deadline of the sleep that was found. */
  nextSleep(ms?: number): Promise<void>;
}

interface Sleeper {
  readonly dueMs: number;
  wake(): void;
}

/** Starts at `nowMs`. */
export function createFakeClock(nowMs = Date.UTC(2026, 2, 2)): FakeClock {
  let now = nowMs;
  let sleepers: Sleeper[] = [];
  let watchers: (() => void)[] = [];
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const leave = (): void => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          reject(signal?.reason);
        };
        const sleeper: Sleeper = {
          dueMs: now + ms,
          wake() {
            signal?.removeEventListener("abort", leave);
            resolve();
          },
        };
        signal?.addEventListener("abort", leave, { once: true });
        sleepers.push(sleeper);
        for (const watcher of watchers) watcher();
      }),
    async advance(ms) {
      const endMs = now + ms;
      for (;;) {
        await settle();
        const due = sleepers.filter(({ dueMs }) => dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs)[0];
        if (!due) break;
        sleepers = sleepers.filter((other) => other !== due);
        now = Math.max(now, due.dueMs);
        due.wake();
      }
      now = endMs;
      await settle();
    },
    nextSleep: (ms = 0) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!sleepers.some(({ dueMs }) => dueMs - now >= ms)) return;
          watchers = watchers.filter((other) => other !== look);
          resolve();
        };
        watchers.push(look);
        look();
      }),
  };
}
