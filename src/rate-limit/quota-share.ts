import type { RateWindow } from "./sliding-window.js";

/** Part of a quota. Numbers are calls, one per window; fractions are rounded down. */
export interface Allotment {
  /** Maximum number of calls that may count. */
  readonly limits: readonly number[];
  /** Limits at full demand; long windows are spread evenly against these. */
  readonly attainable: readonly number[];
  /** Calls that return to the limits, per equal part of each window. */
  readonly returning: readonly (readonly number[])[];
  readonly untilMs: number;
}

/** View of the limiter for the shared quota that it spends from. */
export interface SharedLimiter {
  /** Whole quota. */
  readonly quota: readonly RateWindow[];
  /** Number of waiting calls. */
  readonly waiting: number;
  /** Number of calls in flight. */
  readonly inFlight: number;
  /** Returns the calls that count in each window, by age in equal parts of the window, youngest first. */
  usage(parts: number): readonly (readonly number[])[];
  /** Limits this process to a part from now on. */
  allot(allotment: Allotment): void;
  /** Stops calls from starting for `forMs`, because another replica was throttled. */
  pause(forMs: number): void;
  /** Lowers the limit, because another replica got a throttled response that named it `ageMs` ago. */
  lower(limit: number, ageMs: number): void;
}

/** Part of a shared quota that this process may spend. */
export interface QuotaShare {
  /** Requests a renewal of the part: a call finds no free slot, or has just started. */
  request(): void;
  /** Returns the number of calls of each window that this process can soon count on. */
  expected(): readonly number[];
  /** Reports that this process was throttled. */
  throttled(pauseMs: number, ceiling: number | null): void;
  close(): void;
}

/** Opens this process's part of the quota of one endpoint. */
export type OpenShare = (endpoint: string, limiter: SharedLimiter) => QuotaShare;
