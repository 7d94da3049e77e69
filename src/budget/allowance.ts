import { LocalPool, type Pool } from "./pool.js";
import { divide, lowerTo, type QuotaLeft, type RateWindow } from "./windows.js";

/** The upstream's clock and ours do not tick alike, and a connection that failed may still deliver its request. */
export const CLOCK_MARGIN_MS = 20;

/**
 * An endpoint without a quota, and any other, has no more calls in flight than this: an endpoint that hangs leaves
 * connections to the others.
 */
const MAX_IN_FLIGHT = 256;

/** The windows to keep so that the documented ones hold whatever the way to the upstream does. */
export const keptWindows = (quota: readonly RateWindow[]): readonly RateWindow[] => [
  ...quota.map(({ limit, windowMs }) => ({ limit, windowMs: windowMs + CLOCK_MARGIN_MS })),
  { limit: MAX_IN_FLIGHT, windowMs: 0 },
];

/** Which part of a quota. */
export type Part = "common" | "reserved";

/** Opens the pool of one part of an endpoint's quota. */
export type OpenPool = (part: Part, windows: readonly RateWindow[]) => Pool;

/** How many calls of one endpoint may start, and when: from what all share, and for light callers from what is kept. */
export class Allowance {
  readonly common: Pool;
  readonly reserved: Pool;
  #windows: readonly RateWindow[];

  constructor(windows: readonly RateWindow[], openPool: OpenPool) {
    const parts = divide(windows);
    this.#windows = windows;
    this.common = openPool("common", parts.common);
    this.reserved = openPool("reserved", parts.reserved);
  }

  get windows(): readonly RateWindow[] {
    return this.#windows;
  }

  /** What is left of the quota; `null` where there is none. */
  left(): QuotaLeft | null {
    const common = this.common.left();
    const reserved = this.reserved.left();
    return common && { ...common, remaining: common.remaining + (reserved?.remaining ?? 0) };
  }

  /** The quota is another from now on; what has been called still counts. */
  resize(windows: readonly RateWindow[]): void {
    this.#windows = windows;
    this.throttled(0, null);
  }

  /** The upstream wants to be left alone for `forMs`, and may have named its limit. */
  throttled(forMs: number, ceiling: number | null): void {
    if (ceiling !== null) this.#windows = lowerTo(this.#windows, ceiling);
    const parts = divide(this.#windows);
    this.common.throttled(forMs, parts.common);
    this.reserved.throttled(forMs, parts.reserved);
  }
}

/** Pools that one process fills by itself. */
export const openLocalPool =
  (now: () => number): OpenPool =>
  (_, windows) =>
    new LocalPool(now, windows);
