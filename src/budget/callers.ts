import { type RateWindow, reserveOf } from "./windows.js";

/** Knows who has asked for little lately. */
export interface Callers {
  /** A caller is light as long as its calls of a window are fewer than the window's reserve. */
  isLight(caller: string, nowMs: number): boolean;
  note(caller: string, nowMs: number): void;
}

/** Beyond this many, those who have not called for longest are forgotten: they are light again. */
const MAX_CALLERS = 10_000;

/** Remembers of each caller no more starts than the largest reserve. */
export function createCallers(windows: () => readonly RateWindow[]): Callers {
  const startsByCaller = new Map<string, number[]>();
  return {
    isLight(caller, nowMs) {
      const starts = startsByCaller.get(caller) ?? [];
      return windows().every((window) => {
        const reserve = reserveOf(window);
        if (reserve === 0) return false;
        const oldest = starts.at(-reserve);
        return oldest === undefined || oldest <= nowMs - window.windowMs;
      });
    },
    note(caller, nowMs) {
      let keep = 0;
      for (const window of windows()) keep = Math.max(keep, reserveOf(window));
      if (keep === 0) return;
      const starts = startsByCaller.get(caller) ?? [];
      starts.push(nowMs);
      if (starts.length > keep) starts.shift();
      // Last in the map is who has called last.
      startsByCaller.delete(caller);
      startsByCaller.set(caller, starts);
      const [longestSilent] = startsByCaller.keys();
      if (startsByCaller.size > MAX_CALLERS && longestSilent !== undefined) startsByCaller.delete(longestSilent);
    },
  };
}
