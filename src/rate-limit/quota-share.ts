import type { RateWindow } from "./sliding-window.js";

/** A part of a quota. Numbers are calls, one a window; fractions are rounded down. */
export interface Allotment {
  /** The most calls that may count. */
  readonly limits: readonly number[];
  /** The limits that could be had if more calls came: long windows are spent evenly by these. */
  readonly attainable: readonly number[];
  /** Calls by which these limits grow in the course of each window, by equal parts of it. */
  readonly returning: readonly (readonly number[])[];
  readonly untilMs: number;
}

/** View of the limiter for the shared quota that it spends from. */
export interface SharedLimiter {
  /** The whole quota. */
  readonly quota: readonly RateWindow[];
  /** Number of calls waiting. */
  readonly waiting: number;
  /** Number of calls under way. */
  readonly inFlight: number;
  /** Calls that count in each window, by age in equal parts of the window, the youngest first. */
  usage(parts: number): readonly (readonly number[])[];
  /** Keeps to this part from now on. */
  allot(allotment: Allotment): void;
  /** Another replica was throttled: no call may start for `forMs`. */
  pause(forMs: number): void;
  /** Another replica got a throttled answer with a lower limit, `ageMs` ago. */
  lower(limit: number, ageMs: number): void;
}

/** This process's part of a quota that replicas share. */
export interface QuotaShare {
  /** A call wants to start and finds no free slot, or has just started: the part has to be renewed. */
  request(): void;
  /** The number of calls of each window that this process can soon count on. */
  expected(): readonly number[];
  /** This process was throttled. */
  throttled(pauseMs: number, ceiling: number | null): void;
  close(): void;
}

/** Opens this process's part of the quota of one endpoint. */
export type OpenShare = (endpoint: string, limiter: SharedLimiter) => QuotaShare;
