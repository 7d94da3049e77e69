import { setTimeout as delay } from "node:timers/promises";

/** Source of time, injected everywhere so that tests control it. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /**
   * Resolves after `ms` milliseconds.
   * @throws the signal's reason when `signal` aborts first.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

const STARTED_AT_MS = performance.timeOrigin;

/** System clock, which never goes back. Its sleeps do not keep the process alive. */
export const systemClock: Clock = {
  now: () => STARTED_AT_MS + performance.now(),
  async sleep(ms, signal) {
    try {
      await delay(ms, undefined, { ref: false, ...(signal ? { signal } : {}) });
    } catch {
      throw signal?.reason;
    }
  },
};
