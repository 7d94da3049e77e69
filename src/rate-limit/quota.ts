import { type Ceiling, isLower, msUntilStep, underCeiling } from "./ceiling.js";
import type { Allotment } from "./quota-share.js";
import { Reserve } from "./reserve.js";
import { countWithin, type QuotaRemaining, quotaRemaining, type RateWindow } from "./sliding-window.js";
import { type Slot, Slots } from "./slots.js";
import { estimateWaitMs } from "./wait-estimate.js";

/** Milliseconds by which every window is extended, because the upstream's clock and ours do not run alike. */
export const CLOCK_MARGIN_MS = 20;

/** Place of a call in the whole quota, and in the part it uses: common or reserve. */
export interface QuotaSlot {
  readonly total: Slot;
  readonly part: Slot;
  readonly isCommon: boolean;
}

const withMargin = (windows: readonly RateWindow[]): readonly RateWindow[] =>
  windows.map(({ limit, windowMs }) => ({ limit, windowMs: windowMs + CLOCK_MARGIN_MS }));

/**
 * Quota of one endpoint that this process may spend.
 * It is the configured quota, lowered by a ceiling, and allotted where replicas share it.
 */
export class Quota {
  readonly reserve: Reserve;
  readonly #total = new Slots();
  /** Calls that did not use the reserve. */
  readonly #common = new Slots();
  /** Calls that used the reserve. */
  readonly #reserved = new Slots();
  #configured: readonly RateWindow[];
  #ceiling: Ceiling | null = null;
  /** Windows under the ceiling, until it rises. */
  #whole: readonly RateWindow[];
  #wholeUntilMs = Number.POSITIVE_INFINITY;
  /** Windows to keep to, and windows to spend evenly, until the allotment ends. */
  #allotted: readonly RateWindow[];
  #even: readonly RateWindow[];
  #allottedUntilMs = Number.POSITIVE_INFINITY;
  #isShared = false;
  #longestMs = 0;

  constructor(windows: readonly RateWindow[], nowMs: number) {
    this.reserve = new Reserve(nowMs);
    this.#configured = withMargin(windows);
    this.#whole = this.#configured;
    this.#allotted = this.#configured;
    this.#even = this.#configured;
    this.#longestMs = longestOf(this.#configured);
  }

  get configured(): readonly RateWindow[] {
    return this.#configured;
  }

  /** Marks the quota as shared: from now on no call may start without an allotment. */
  share(): void {
    this.#isShared = true;
    this.#allottedUntilMs = Number.NEGATIVE_INFINITY;
  }

  whole(nowMs: number): readonly RateWindow[] {
    if (nowMs >= this.#wholeUntilMs) this.#recompute(nowMs);
    return this.#whole;
  }

  resize(windows: readonly RateWindow[]): void {
    this.#configured = withMargin(windows);
    this.#longestMs = Math.max(this.#longestMs, longestOf(this.#configured));
    this.#ceiling = null;
    this.#recompute(0);
  }

  /** Keeps to a limit that was named at `namedAtMs`; returns true if it is lower than the configured one. */
  lower(limit: number, namedAtMs: number): boolean {
    if (!isLower(this.#configured, limit)) return false;
    if (this.#ceiling && this.#ceiling.namedAtMs >= namedAtMs) return true;
    this.#ceiling = { limit, namedAtMs };
    this.#recompute(namedAtMs);
    return true;
  }

  ceilingInForce(nowMs: number): number | null {
    const lowered = this.whole(nowMs).find(({ limit }, i) => limit < (this.#configured[i]?.limit ?? 0));
    return lowered?.limit ?? null;
  }

  allot({ limits, attainable, returning, untilMs }: Allotment): void {
    this.#allotted = this.#with(limits);
    this.#even = this.#with(attainable).map((window, i) => ({ ...window, returning: returning[i] ?? [] }));
    this.#allottedUntilMs = untilMs;
  }

  /** Returns the milliseconds until a call of any caller may start. */
  commonDelayMs(nowMs: number): number {
    const windows = this.#current(nowMs);
    if (!windows) return Number.POSITIVE_INFINITY;
    const even = this.#isShared ? this.#even : windows;
    const waitMs = this.#total.delayMs(nowMs, windows, even);
    const common = this.reserve.common(nowMs, windows);
    if (common === windows) return waitMs;
    return Math.max(waitMs, this.#common.delayMs(nowMs, common, this.reserve.common(nowMs, even)));
  }

  /** Returns the milliseconds until a light caller's call may start. The reserve is not spent evenly. */
  lightDelayMs(nowMs: number): number {
    const windows = this.#current(nowMs);
    if (!windows) return Number.POSITIVE_INFINITY;
    const reservedMs = this.#reserved.freeDelayMs(nowMs, this.reserve.windows(windows));
    return Math.max(reservedMs, this.#total.freeDelayMs(nowMs, windows));
  }

  /** Returns the expected wait in milliseconds of a call with `place` others ahead of it. */
  commonWaitMs(nowMs: number, place: number, expected: readonly number[] | null): number {
    const windows = expected ? this.#with(expected) : this.whole(nowMs);
    const common = this.reserve.common(nowMs, windows);
    const waitMs = estimateWaitMs(this.#total, nowMs, windows, place);
    return common === windows ? waitMs : Math.max(waitMs, estimateWaitMs(this.#common, nowMs, common, place));
  }

  /** Returns the expected wait in milliseconds of a light caller's call with `place` light ones ahead of it. */
  lightWaitMs(nowMs: number, place: number, expected: readonly number[] | null): number {
    const windows = expected ? this.#with(expected) : this.whole(nowMs);
    const reservedMs = estimateWaitMs(this.#reserved, nowMs, this.reserve.windows(windows), place);
    return Math.max(reservedMs, estimateWaitMs(this.#total, nowMs, windows, place));
  }

  remaining(nowMs: number, expected: readonly number[] | null): QuotaRemaining | null {
    return quotaRemaining(this.#total, nowMs, expected ? this.#with(expected) : this.whole(nowMs));
  }

  /** See `SharedLimiter.usage`. Pending calls are the youngest. */
  usage(nowMs: number, parts: number): number[][] {
    return this.#configured.map(({ windowMs }) => {
      const counts: number[] = [];
      let younger = 0;
      for (let part = 1; part <= parts; part++) {
        const upTo = countWithin(this.#total, nowMs, (windowMs * part) / parts);
        counts.push(upTo - younger);
        younger = upTo;
      }
      return counts;
    });
  }

  take(nowMs: number, isCommon: boolean): QuotaSlot {
    const part = (isCommon ? this.#common : this.#reserved).take(nowMs);
    return { total: this.#total.take(nowMs), part, isCommon };
  }

  arrive({ total, part, isCommon }: QuotaSlot, nowMs: number, arrivesByMs: number): void {
    const forgetUntilMs = nowMs - this.#longestMs;
    this.#total.arrive(total, arrivesByMs, forgetUntilMs);
    (isCommon ? this.#common : this.#reserved).arrive(part, arrivesByMs, forgetUntilMs);
  }

  end({ total, part, isCommon }: QuotaSlot, nowMs: number, arrivedByMs: number): void {
    const forgetUntilMs = nowMs - this.#longestMs;
    this.#total.end(total, arrivedByMs, forgetUntilMs);
    (isCommon ? this.#common : this.#reserved).end(part, arrivedByMs, forgetUntilMs);
  }

  giveBack({ total, part, isCommon }: QuotaSlot): void {
    this.#total.giveBack(total);
    (isCommon ? this.#common : this.#reserved).giveBack(part);
  }

  /** Returns the windows to keep to; `null` without an allotment. */
  #current(nowMs: number): readonly RateWindow[] | null {
    if (!this.#isShared || this.#configured.length === 0) return this.whole(nowMs);
    return nowMs < this.#allottedUntilMs ? this.#allotted : null;
  }

  #with(limits: readonly number[]): readonly RateWindow[] {
    return this.#whole.map(({ windowMs }, i) => ({ limit: Math.floor(limits[i] ?? 0), windowMs }));
  }

  #recompute(nowMs: number): void {
    this.#whole = underCeiling(this.#configured, this.#ceiling, nowMs);
    this.#wholeUntilMs = nowMs + msUntilStep(this.#configured, this.#ceiling, nowMs);
  }
}

const longestOf = (windows: readonly RateWindow[]): number => Math.max(0, ...windows.map(({ windowMs }) => windowMs));
