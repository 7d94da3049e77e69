import { reserveOf } from "./reserve.js";
import type { RateWindow } from "./sliding-window.js";

/** Recent usage by caller, which tells light callers from the others. */
export interface CallerUsage {
  /** Returns true if the caller's calls in each window are below the window's reserve. */
  isLight(caller: string, nowMs: number, windows: readonly RateWindow[]): boolean;
  /** Returns true if the caller has called before this burst. Calls of one burst are no evidence. */
  isReturning(caller: string, nowMs: number): boolean;
  record(caller: string, nowMs: number, windows: readonly RateWindow[]): void;
}

interface Usage {
  latestMs: number;
  /** Counters by window length in milliseconds. */
  readonly counters: Map<number, Counter>;
}

/** Calls of the current period and of the previous one. */
interface Counter {
  startMs: number;
  current: number;
  previous: number;
}

/** Milliseconds apart below which two calls belong to one burst. */
const BURST_MS = 500;
/** Maximum number of tracked callers. Beyond it, the longest-silent callers are forgotten and count as light again. */
const MAX_CALLERS = 10_000;

/** Creates sliding window counters: two numbers per caller and window, whatever the size of the quota. */
export function createCallerUsage(): CallerUsage {
  const usageByCaller = new Map<string, Usage>();
  const counterOf = (counters: Map<number, Counter>, windowMs: number, nowMs: number): Counter => {
    const counter = counters.get(windowMs) ?? { startMs: nowMs, current: 0, previous: 0 };
    counters.set(windowMs, counter);
    const periods = Math.floor((nowMs - counter.startMs) / windowMs);
    if (periods > 0) {
      counter.previous = periods === 1 ? counter.current : 0;
      counter.current = 0;
      counter.startMs += periods * windowMs;
    }
    return counter;
  };
  return {
    isLight(caller, nowMs, windows) {
      const counters = usageByCaller.get(caller)?.counters;
      return windows.every((window) => {
        const reserve = reserveOf(window.limit);
        if (reserve === 0 || !counters) return reserve > 0;
        const { startMs, current, previous } = counterOf(counters, window.windowMs, nowMs);
        return current + previous * (1 - (nowMs - startMs) / window.windowMs) < reserve;
      });
    },
    isReturning(caller, nowMs) {
      const usage = usageByCaller.get(caller);
      return usage !== undefined && nowMs - usage.latestMs >= BURST_MS;
    },
    record(caller, nowMs, windows) {
      if (windows.length === 0) return;
      const usage = usageByCaller.get(caller) ?? { latestMs: nowMs, counters: new Map() };
      usage.latestMs = nowMs;
      for (const { windowMs } of windows) counterOf(usage.counters, windowMs, nowMs).current += 1;
      // The last entry of the map is the most recent caller.
      usageByCaller.delete(caller);
      usageByCaller.set(caller, usage);
      const [longestSilent] = usageByCaller.keys();
      if (usageByCaller.size > MAX_CALLERS && longestSilent !== undefined) usageByCaller.delete(longestSilent);
    },
  };
}
