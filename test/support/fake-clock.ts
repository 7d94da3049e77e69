import type { Clock } from "../../src/core/clock.js";

/** A clock that stands still until a test moves it. */
export interface FakeClock extends Clock {
  /** Advances time and wakes every due sleeper in order. */
  advance(ms: number): Promise<void>;
  /** Resolves as soon as a caller sleeps for exactly `ms`. */
  sleeping(ms: number): Promise<void>;
}

interface Sleeper {
  readonly ms: number;
  readonly dueMs: number;
  wake(): void;
}

/** Runs all pending work that waits for neither the clock nor a socket. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Creates a clock that starts at `nowMs`. */
export function createFakeClock(nowMs = Date.UTC(2026, 2, 2)): FakeClock {
  let now = nowMs;
  const sleepers = new Set<Sleeper>();
  const watchers = new Set<() => void>();
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const leave = (): void => {
          sleepers.delete(sleeper);
          reject(signal?.reason);
        };
        const wake = (): void => {
          signal?.removeEventListener("abort", leave);
          resolve();
        };
        const sleeper: Sleeper = { ms, dueMs: now + ms, wake };
        signal?.addEventListener("abort", leave, { once: true });
        sleepers.add(sleeper);
        for (const look of watchers) look();
      }),
    async advance(ms) {
      const endMs = now + ms;
      for (;;) {
        await settle();
        const [due] = [...sleepers].filter(({ dueMs }) => dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs);
        if (!due) break;
        sleepers.delete(due);
        now = Math.max(now, due.dueMs);
        due.wake();
      }
      now = endMs;
      await settle();
    },
    sleeping: (ms) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (![...sleepers].some((sleeper) => sleeper.ms === ms)) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
      }),
  };
}

/** Milliseconds that pass in one turn of the event loop: few enough for local sockets to keep up with timeouts. */
const TURN_MS = 5;

/** Lets time pass until `work` has settled. */
export async function whileTimePasses<T>(clock: FakeClock, work: Promise<T>): Promise<T> {
  let isSettled = false;
  const settled = (): void => {
    isSettled = true;
  };
  work.then(settled, settled);
  while (!isSettled) await clock.advance(TURN_MS);
  return work;
}
