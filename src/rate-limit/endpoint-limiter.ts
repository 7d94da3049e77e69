import type { Clock } from "../core/clock.js";
import { Alarm } from "./alarm.js";
import type { ArrivalEstimate } from "./arrival-estimate.js";
import { createCallerUsage } from "./caller-usage.js";
import { createFairQueue, type Queued } from "./fair-queue.js";
import { Pause } from "./pause.js";
import { type AcquireContext, LimiterRejection, type Permit } from "./permit.js";
import { Quota, type QuotaSlot } from "./quota.js";
import type { Allotment, OpenShare, QuotaShare } from "./quota-share.js";
import type { QuotaRemaining, RateWindow } from "./sliding-window.js";
import { createWaitCorrection } from "./wait-estimate.js";

/** Maximum number of queued calls. At 50 calls a second, a longer queue would outlast every operation. */
const MAX_QUEUED = 2000;
/** Longest documented window in milliseconds; no wait is longer. */
const LONGEST_WAIT_MS = 60_000;
/** Maximum number of calls in flight, so that an endpoint that hangs leaves connections to the others. */
const MAX_IN_FLIGHT = 256;
/** Weight of the newest call in the average duration of calls. */
const NEWEST_WEIGHT = 0.2;

/** Dependencies of an endpoint's limiter. */
export interface EndpointLimiterParts {
  readonly endpoint: string;
  readonly windows: readonly RateWindow[];
  readonly clock: Clock;
  readonly arrival: ArrivalEstimate;
  /** Opens this process's share of the quota; `null` when replicas do not share it. */
  readonly openShare: OpenShare | null;
  /** Called when the upstream names a lower limit. */
  readonly onCeiling: (endpoint: string, limit: number) => void;
}

interface Waiter extends Queued {
  readonly sinceMs: number;
  readonly estimateMs: number;
  start(permit: Permit): void;
}

/** Fair queue in front of one endpoint, with the quota behind it. */
export class EndpointLimiter {
  readonly #parts: EndpointLimiterParts;
  readonly #quota: Quota;
  #share: QuotaShare | null = null;
  readonly #queue = createFairQueue<Waiter>();
  readonly #callers = createCallerUsage();
  readonly #correction = createWaitCorrection();
  readonly #pause = new Pause();
  readonly #alarm: Alarm;
  #inFlight = 0;
  #durationMs = 0;

  constructor(parts: EndpointLimiterParts) {
    this.#parts = parts;
    this.#quota = new Quota(parts.windows, parts.clock.now());
    this.#alarm = new Alarm(parts.clock, () => this.#advance());
    this.#openShare();
  }

  get quota(): readonly RateWindow[] {
    return this.#quota.whole(this.#now());
  }

  get waiting(): number {
    return this.#queue.size;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** See `Limiter.tryAcquire`. */
  tryAcquire(caller: string): Permit | null {
    const now = this.#now();
    if (this.#queue.size > 0 || this.#holdMs(now) > 0 || this.#commonDelayMs(now) > 0) return null;
    return this.#start(caller, true, now);
  }

  /** See `Limiter.acquire`. */
  acquire({ caller, deadlineMs, signal }: AcquireContext): Promise<Permit> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const now = this.#now();
      const isLight = !this.#queue.has(caller) && this.#callers.isLight(caller, now, this.quota);
      const estimateMs = this.#estimateMs(caller, isLight, now);
      const rejection = this.#rejection(estimateMs, deadlineMs, now);
      if (rejection) return reject(rejection);
      const leave = (): void => {
        this.#queue.remove(waiter);
        // A call that waited longer than estimated and never started corrects the estimate as well.
        this.#correction.record(estimateMs, this.#now() - now);
        reject(signal.reason);
      };
      const start = (permit: Permit): void => {
        signal.removeEventListener("abort", leave);
        resolve(permit);
      };
      const waiter: Waiter = { caller, isLight, sinceMs: now, estimateMs, start };
      signal.addEventListener("abort", leave);
      this.#queue.push(waiter);
      this.#advance();
    });
  }

  /** See `Limiter.throttled`. */
  throttled(forMs: number, ceiling: number | null): void {
    this.pause(forMs);
    if (ceiling !== null && this.#quota.lower(ceiling, this.#now())) {
      this.#parts.onCeiling(this.#parts.endpoint, ceiling);
    } else {
      this.#parts.arrival.recordExcess();
    }
    this.#share?.throttled(forMs, ceiling);
  }

  pause(forMs: number): void {
    this.#pause.begin(this.#now(), forMs);
  }

  lower(limit: number, ageMs: number): void {
    this.#quota.lower(limit, this.#now() - ageMs);
  }

  allot(allotment: Allotment): void {
    this.#quota.allot(allotment);
    this.#advance();
  }

  usage(parts: number): readonly (readonly number[])[] {
    return this.#quota.usage(this.#now(), parts);
  }

  /** Applies another quota from now on; earlier calls still count. */
  resize(windows: readonly RateWindow[]): void {
    this.#quota.resize(windows);
    this.#openShare();
    this.#advance();
  }

  /** Returns the number of calls that may start at once; `Infinity` without a quota. */
  available(): number {
    const now = this.#now();
    if (this.#queue.size > 0 || this.#holdMs(now) > 0) return 0;
    return this.remaining()?.remaining ?? Number.POSITIVE_INFINITY;
  }

  remaining(): QuotaRemaining | null {
    return this.#quota.remaining(this.#now(), this.#share?.expected() ?? null);
  }

  /** Returns the lowered limit, or `null` while no ceiling is in force. */
  ceiling(): number | null {
    return this.#quota.ceilingInForce(this.#now());
  }

  close(): void {
    this.#alarm.stop();
    this.#share?.close();
  }

  #now(): number {
    return this.#parts.clock.now();
  }

  /** Opens the share. An endpoint without a quota has no share. */
  #openShare(): void {
    const { openShare, endpoint } = this.#parts;
    if (!openShare || this.#share || this.#quota.configured.length === 0) return;
    this.#share = openShare(endpoint, this);
    this.#quota.share();
  }

  /**
   * Returns the milliseconds until a call of any caller may start.
   * Requests a larger share if the call has to wait and the quota is shared.
   */
  #commonDelayMs(now: number): number {
    const waitMs = this.#quota.commonDelayMs(now);
    if (waitMs > 0) this.#share?.request();
    return waitMs;
  }

  #estimateMs(caller: string, isLight: boolean, now: number): number {
    const expected = this.#share?.expected() ?? null;
    const inTurnMs = this.#quota.commonWaitMs(now, this.#queue.placeOf(caller), expected);
    const aheadMs = isLight ? this.#quota.lightWaitMs(now, this.#queue.lightSize, expected) : Number.POSITIVE_INFINITY;
    const startsInMs = Math.max(this.#pause.leftMs(now), Math.min(inTurnMs, aheadMs));
    return Math.ceil(Math.min(LONGEST_WAIT_MS, startsInMs));
  }

  #rejection(estimateMs: number, deadlineMs: number, now: number): LimiterRejection | null {
    if (this.#queue.size >= MAX_QUEUED)
      return new LimiterRejection(`the queue is full: at most ${MAX_QUEUED} calls may wait`, estimateMs);
    const leftMs = deadlineMs - now;
    const doneMs = this.#correction.corrected(estimateMs) + this.#durationMs;
    if (estimateMs === 0 || doneMs <= leftMs) return null;
    const message = `the call would miss its deadline in ${Math.ceil(leftMs)} ms: it could start in ${estimateMs} ms at the earliest`;
    return new LimiterRejection(message, estimateMs);
  }

  /** Starts the waiting calls that may start now, and sets the alarm for the next one. */
  #advance(): void {
    while (this.#queue.size > 0) {
      const now = this.#now();
      const holdMs = this.#holdMs(now);
      if (holdMs > 0) {
        this.#alarm.ringIn(holdMs);
        return;
      }
      const commonMs = this.#commonDelayMs(now);
      const lightMs =
        commonMs > 0 && this.#queue.lightSize > 0 ? this.#quota.lightDelayMs(now) : Number.POSITIVE_INFINITY;
      if (commonMs > 0 && lightMs > 0) {
        this.#alarm.ringIn(Math.min(commonMs, lightMs));
        return;
      }
      const waiter = commonMs > 0 ? this.#queue.shiftLight() : this.#queue.shift();
      if (!waiter) return;
      this.#correction.record(waiter.estimateMs, now - waiter.sinceMs);
      waiter.start(this.#start(waiter.caller, commonMs === 0, now));
    }
  }

  #start(caller: string, isCommon: boolean, now: number): Permit {
    const slot = this.#quota.take(now, isCommon);
    this.#inFlight += 1;
    // A new caller may turn out to be greedy, so the reserve is kept for returning callers.
    const isReturning = this.#callers.isReturning(caller, now) && !this.#queue.has(caller);
    if (isReturning && this.#callers.isLight(caller, now, this.quota)) this.#quota.reserve.want(now);
    this.#callers.record(caller, now, this.#quota.configured);
    this.#share?.request();
    return new CallPermit(this, slot, now, this.#pause.start());
  }

  /** Records that a call is being written to a connection, and returns the time. */
  onSent(slot: QuotaSlot): number {
    const sentMs = this.#now();
    const boundMs = this.#parts.arrival.boundMs();
    if (boundMs !== null) this.#quota.arrive(slot, sentMs, sentMs + boundMs);
    this.#advance();
    return sentMs;
  }

  /** Records the end of a call; `sentMs` is `null` when it was never sent. */
  onEnd(slot: QuotaSlot, startedMs: number, sentMs: number | null, isProbe: boolean): void {
    this.#inFlight -= 1;
    if (isProbe) this.#pause.finish(sentMs !== null);
    if (sentMs === null) this.#quota.giveBack(slot);
    else {
      const now = this.#now();
      const weight = this.#durationMs === 0 ? 1 : NEWEST_WEIGHT;
      this.#durationMs += (now - startedMs - this.#durationMs) * weight;
      // A call without an estimated arrival counts until its end.
      const isEstimated = slot.total.sequence !== null;
      const arrivedByMs = isEstimated ? sentMs + this.#parts.arrival.arrivedWithinMs(now - sentMs) : now;
      this.#quota.end(slot, now, arrivedByMs);
    }
    this.#advance();
  }

  /** Returns the milliseconds during which no call may start; `Infinity` until a call in flight has ended. */
  #holdMs(now: number): number {
    return this.#inFlight >= MAX_IN_FLIGHT ? Number.POSITIVE_INFINITY : this.#pause.holdMs(now);
  }
}

class CallPermit implements Permit {
  readonly #limiter: EndpointLimiter;
  readonly #slot: QuotaSlot;
  readonly #startedMs: number;
  readonly #isProbe: boolean;
  #sentMs: number | null = null;
  #hasEnded = false;

  constructor(limiter: EndpointLimiter, slot: QuotaSlot, startedMs: number, isProbe: boolean) {
    this.#limiter = limiter;
    this.#slot = slot;
    this.#startedMs = startedMs;
    this.#isProbe = isProbe;
  }

  sent(): void {
    if (this.#sentMs === null && !this.#hasEnded) this.#sentMs = this.#limiter.onSent(this.#slot);
  }

  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#limiter.onEnd(this.#slot, this.#startedMs, this.#sentMs, this.#isProbe);
  }
}
