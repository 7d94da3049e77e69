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
      const keep = Math.max(0, ...windows().map(reserveOf));
      const starts = [...(startsByCaller.get(caller) ?? []), nowMs].slice(-keep);
      startsByCaller.delete(caller);
      if (keep > 0) startsByCaller.set(caller, starts);
      const [longestSilent] = startsByCaller.keys();
      if (startsByCaller.size > MAX_CALLERS && longestSilent !== undefined) startsByCaller.delete(longestSilent);
    },
  };
}
