import type { Clock } from "../clock.js";
import type { StopSignal } from "../stop.js";
import { Allowance, type OpenPool, type Part } from "./allowance.js";
import { createCallers } from "./callers.js";
import { createForesight } from "./foresight.js";
import type { Slot } from "./history.js";
import type { Pool } from "./pool.js";
import { createFairQueue } from "./queue.js";
import type { QuotaLeft, RateWindow } from "./windows.js";

/** Who wants to call, and until when. */
export interface CallTerms {
  /** Callers are served in turn. */
  readonly caller: string;
  /** When the answer is no longer wanted, on the injected clock; `Infinity` waits as long as it takes. */
  readonly deadlineMs: number;
  readonly signal: StopSignal;
}

/** The right to make one call; exactly one of its ends has to be told. */
export interface Permit {
  /** The call has ended, however. */
  end(): void;
  /** The call was never made. */
  giveBack(): void;
}

/** A call that would be too late, or that found the queue full. It has cost nothing. */
export class BudgetRefusal extends Error {
  override readonly name = "BudgetRefusal";
  /** Milliseconds after which a call can be expected to start. */
  readonly retryAfterMs: number;

  constructor(message: string, retryAfterMs: number) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

/** At 50 calls a second a longer queue would be waited for longer than any operation lives. */
const MAX_QUEUED = 2000;
/** The longest documented window: no wait is longer. */
const LONGEST_WAIT_MS = 60_000;

interface Entry {
  readonly caller: string;
  readonly sinceMs: number;
  readonly foreseenMs: number;
  grant(permit: Permit): void;
}

const everyone = (): boolean => true;

/** The queue before one endpoint. */
export class Bucket {
  readonly #clock: Clock;
  readonly #allowance: Allowance;
  readonly #queue = createFairQueue<Entry>();
  readonly #callers;
  #pausedUntilMs = 0;
  /** After a pause one call goes ahead of all others; `out` is the one that has. */
  #probe: { isDue: boolean; out: Slot | null } = { isDue: false, out: null };
  readonly #foresight = createForesight();
  #wake: { atMs: number; timer: AbortController } | null = null;

  /** `open` gets what to call when more may start than a pool last said, and what tells how many wait. */
  constructor(
    clock: Clock,
    windows: readonly RateWindow[],
    open: (bucket: { advance(): void; waiting(): Waiting }) => OpenPool,
  ) {
    this.#clock = clock;
    const openPool = open({ advance: () => this.#advance(), waiting: () => this.#waiting() });
    this.#allowance = new Allowance(windows, openPool);
    this.#callers = createCallers(() => this.#allowance.windows);
  }

  /** See `Scheduler.tryAcquire`. Most calls start at once, and are spared the queue. */
  tryAcquire(caller: string): Permit | null {
    const isFree = this.#queue.size === 0 && this.#holdMs() === 0 && this.#allowance.common.delayMs() === 0;
    return isFree ? this.#take(caller, this.#allowance.common) : null;
  }

  acquire({ caller, deadlineMs, signal }: CallTerms): Promise<Permit> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const foreseenMs = this.#foreseeMs(caller, deadlineMs);
      const refusal = this.#refusal(foreseenMs, deadlineMs);
      if (refusal) return reject(refusal);
      const leave = (): void => {
        this.#queue.remove(caller, entry);
        reject(signal.reason);
      };
      const grant = (permit: Permit): void => {
        signal.removeEventListener("abort", leave);
        resolve(permit);
      };
      const entry: Entry = { caller, sinceMs: this.#clock.now(), foreseenMs, grant };
      signal.addEventListener("abort", leave);
      this.#queue.push(caller, entry);
      this.#advance();
    });
  }

  /** The quota is another from now on. */
  resize(windows: readonly RateWindow[]): void {
    this.#allowance.resize(windows);
    this.#advance();
  }

  /** See `Scheduler.throttled`. */
  throttled(forMs: number, ceiling: number | null): void {
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, this.#clock.now() + forMs);
    this.#probe = { isDue: true, out: null };
    this.#allowance.throttled(forMs, ceiling);
  }

  room(): number {
    if (this.#queue.size > 0 || this.#holdMs() > 0) return 0;
    return this.#allowance.left()?.remaining ?? Number.POSITIVE_INFINITY;
  }

  waiting(): number {
    return this.#queue.size;
  }

  left(): QuotaLeft | null {
    return this.#allowance.left();
  }

  #waiting(): Waiting {
    return { common: this.#queue.size, reserved: this.#queue.count(this.#isLightNow()) };
  }

  /** Whole milliseconds that a call will wait; 0 where nobody wants to know. */
  #foreseeMs(caller: string, deadlineMs: number): number {
    const isFull = this.#queue.size >= MAX_QUEUED;
    if (deadlineMs === Number.POSITIVE_INFINITY && !isFull) return 0;
    if (this.#queue.size === 0 && this.#holdMs() === 0 && this.#allowance.common.delayMs() === 0) return 0;
    return this.#predictMs(caller);
  }

  #refusal(foreseenMs: number, deadlineMs: number): BudgetRefusal | null {
    if (this.#queue.size >= MAX_QUEUED) return new BudgetRefusal(`${MAX_QUEUED} calls are waiting already`, foreseenMs);
    const leftMs = deadlineMs - this.#clock.now();
    const doneMs = this.#foresight.corrected(foreseenMs) + this.#allowance.common.expectedDurationMs();
    if (foreseenMs === 0 || doneMs <= leftMs) return null;
    return new BudgetRefusal(
      `the call could start in ${foreseenMs} ms, which is too late: ${Math.ceil(leftMs)} ms are left`,
      foreseenMs,
    );
  }

  /** Whole milliseconds until a call that `caller` adds now can start. */
  #predictMs(caller: string): number {
    const { common, reserved } = this.#allowance;
    const isLight = this.#isLightNow();
    const inTurnMs = common.predictMs(this.#queue.placeOf(caller, everyone));
    // What is kept is not promised to the calls of a caller who has others waiting: they may use it up.
    const isFirst = this.#queue.count((other) => other === caller) === 0;
    const aheadMs =
      isFirst && isLight(caller) ? reserved.predictMs(this.#queue.placeOf(caller, isLight)) : Number.POSITIVE_INFINITY;
    const heldMs = Math.max(0, this.#pausedUntilMs - this.#clock.now());
    return Math.ceil(Math.min(LONGEST_WAIT_MS, Math.max(heldMs, Math.min(inTurnMs, aheadMs))));
  }

  #isLightNow(): (caller: string) => boolean {
    const now = this.#clock.now();
    return (caller) => this.#callers.isLight(caller, now);
  }

  /** Grants what may start now, and sees to it that somebody looks again when more may. */
  #advance(): void {
    const { common, reserved } = this.#allowance;
    while (this.#queue.size > 0) {
      const holdMs = this.#holdMs();
      if (holdMs > 0) {
        this.#lookAgainIn(holdMs);
        return;
      }
      const inTurnMs = common.delayMs();
      if (inTurnMs > 0 && common.isUndecided) return;
      const isLight = this.#isLightNow();
      const aheadMs = inTurnMs > 0 && this.#queue.count(isLight) > 0 ? reserved.delayMs() : Number.POSITIVE_INFINITY;
      if (inTurnMs > 0 && aheadMs > 0) {
        this.#lookAgainIn(Math.min(inTurnMs, aheadMs));
        return;
      }
      const entry = this.#queue.shift(inTurnMs > 0 ? isLight : everyone);
      if (entry) this.#grant(entry, inTurnMs > 0 ? reserved : common);
    }
  }

  #grant(entry: Entry, pool: Pool): void {
    this.#foresight.compare(entry.foreseenMs, this.#clock.now() - entry.sinceMs);
    entry.grant(this.#take(entry.caller, pool));
  }

  #take(caller: string, pool: Pool): Permit {
    const slot = pool.take();
    this.#callers.note(caller, this.#clock.now());
    if (this.#probe.isDue) this.#probe = { isDue: false, out: slot };
    let isOpen = true;
    const close = (tell: () => void): void => {
      if (!isOpen) return;
      isOpen = false;
      tell();
      if (this.#probe.out === slot) this.#probe = { isDue: false, out: null };
      this.#advance();
    };
    const giveBack = (): void => {
      // What was not sent has shown nothing.
      if (this.#probe.out === slot) this.#probe = { isDue: true, out: null };
      pool.giveBack(slot);
    };
    return { end: () => close(() => pool.end(slot)), giveBack: () => close(giveBack) };
  }

  /** Milliseconds for which nobody may start; `Infinity` until the probe is back. */
  #holdMs(): number {
    if (this.#probe.out) return Number.POSITIVE_INFINITY;
    return Math.max(0, this.#pausedUntilMs - this.#clock.now());
  }

  /** A call in flight that has to end first will look again itself. */
  #lookAgainIn(delayMs: number): void {
    if (delayMs === Number.POSITIVE_INFINITY) return;
    const atMs = this.#clock.now() + delayMs;
    if (this.#wake && this.#wake.atMs <= atMs) return;
    this.#wake?.timer.abort();
    const wake = { atMs, timer: new AbortController() };
    this.#wake = wake;
    const replaced = (): void => {};
    this.#clock.sleep(delayMs, wake.timer.signal).then(() => {
      this.#wake = null;
      this.#advance();
    }, replaced);
  }
}

/** How many calls wait that each part of the quota could serve. */
export type Waiting = Readonly<Record<Part, number>>;
