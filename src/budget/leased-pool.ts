import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.js";
import type { Part } from "./allowance.js";
import type { Waiting } from "./bucket.js";
import { History, type Slot } from "./history.js";
import { type Pool, quotasOf } from "./pool.js";
import type { Exchanged, FleetStore } from "./redis-scripts.js";
import {
  expectedOf,
  type Loss,
  lossOf,
  nextPeaks,
  type OthersCalls,
  type Peak,
  type Standing,
  shareOf,
  untilLessIsLost,
} from "./share.js";
import {
  countWithin,
  delayUntilFree,
  endsToKeep,
  predictDelay,
  type QuotaLeft,
  quotaLeft,
  type RateWindow,
} from "./windows.js";

/** What a pool is made of. */
export interface LeasedPoolParts {
  readonly endpoint: string;
  readonly part: Part;
  readonly windows: readonly RateWindow[];
  readonly store: FleetStore;
  readonly clock: Clock;
  readonly bucket: { advance(): void; waiting(): Waiting };
  readonly membership: {
    standing(): Standing;
    /** The part of every quota that this process keeps to when it is alone. */
    share(): number;
    /** Until when it starts nothing: alone, until the others must know; new, until they must have told what they called. */
    heldUntilMs(): number;
    /** Whether there has been a fleet to share with. */
    hasMet(): boolean;
    /** Redis has failed, or does not know this replica. */
    leave(cause: unknown): void;
  };
}

/** A slot that was granted and is not used yet. */
interface Held {
  readonly id: string;
  readonly cameMs: number;
}

/** Slots in hand that nobody has needed for so long go back. The life of a slot in Redis allows for it, and for its way. */
export const USE_WITHIN_MS = 250;
/** Ends of calls are told after so many milliseconds, unless there is something to ask anyway; sooner when calls wait. */
const TELL_AFTER_MS = 50;
const TELL_SOONER_MS = 10;
/** Slots are leased in blocks of a tenth of the smallest limit, so that most calls find one in hand. */
const BLOCKS = 10;

/**
 * A pool that the replicas of a fleet share through Redis. Slots are leased in blocks, and what has ended or was not used is
 * told in passing. Without Redis it keeps to this process's share of the quota, and to what the others may have used.
 */
export class LeasedPool implements Pool {
  readonly #parts: LeasedPoolParts;
  readonly #history = new History();
  /** Process-wide unique: a restarted replica must not speak of another one's slots. */
  readonly #name = randomUUID();
  #windows: readonly RateWindow[];
  #held: Held[] = [];
  #ended: { readonly id: string; readonly atMs: number }[] = [];
  #unused: string[] = [];
  #pauseMs = 0;
  #number = 0;
  #askAgainMs = 0;
  #isAsking = false;
  #isHeldBack = false;
  #isLossCounted = false;
  #isTelling = false;
  /** What others have called, by window, as of the last exchange. */
  #others: OthersCalls | null = null;
  /** The most that others have called lately, by window: between two bursts they seem to be gone. */
  #peaks: readonly Peak[] = [];
  /** What others may still be using of this process's share, by window, after Redis was lost. */
  #lost: Loss | null = null;

  constructor(parts: LeasedPoolParts) {
    this.#parts = parts;
    this.#windows = parts.windows;
  }

  get isUndecided(): boolean {
    return this.#isAsking || this.#isHeldBack;
  }

  delayMs(): number {
    const now = this.#now();
    if (this.#isHeldBack) return Number.POSITIVE_INFINITY;
    const { membership } = this.#parts;
    const standing = membership.standing();
    const heldMs = membership.heldUntilMs() - now;
    if (heldMs > 0) return heldMs;
    if (standing === "alone") this.#countLoss();
    if (standing !== "shared") {
      const delayMs = delayUntilFree(this.#history, now, this.#aloneWindows());
      if (delayMs > 0) return Math.min(delayMs, untilLessIsLost(quotasOf(this.#windows), this.#lost, now));
      if (standing === "alone") return 0;
    }
    const bulkheadMs = delayUntilFree(this.#history, now, this.#windows.filter(isBulkhead));
    if (bulkheadMs > 0) return bulkheadMs;
    this.#putBackOld();
    if (this.#held.length > 0) return 0;
    if (this.#askAgainMs > now) return this.#askAgainMs - now;
    this.#ask();
    return Number.POSITIVE_INFINITY;
  }

  take(): Slot {
    const held = this.#held.pop();
    const id = held?.id ?? this.#nextId();
    return this.#history.start({ id, startedMs: this.#now() });
  }

  end(slot: Slot): void {
    const atMs = this.#now();
    this.#history.end(slot, atMs, endsToKeep(this.#windows));
    if (!this.#isAlone()) this.#ended.push({ id: slot.id, atMs });
    this.#tellSoon();
  }

  giveBack(slot: Slot): void {
    this.#history.drop(slot);
    if (!this.#isAlone()) this.#unused.push(slot.id);
    this.#tellSoon();
  }

  predictMs(place: number): number {
    const now = this.#now();
    const { standing, share, heldUntilMs } = this.#parts.membership;
    if (standing() !== "shared") {
      return Math.max(heldUntilMs() - now, this.#predict(this.#aloneWindows(), place));
    }
    if (place < this.#held.length) return 0;
    const quotas = expectedOf(quotasOf(this.#windows), this.#history, this.#others, this.#peaks, share(), now);
    return Math.max(this.#askAgainMs - now, this.#predict(quotas, place));
  }

  expectedDurationMs(): number {
    return this.#history.durationMs;
  }

  left(): QuotaLeft | null {
    const counted = this.#others?.counted ?? [];
    const isShared = this.#parts.membership.standing() === "shared";
    const windows = isShared
      ? quotasOf(this.#windows).map((window, i) => ({ ...window, limit: window.limit - (counted[i] ?? 0) }))
      : quotasOf(this.#aloneWindows());
    return quotaLeft(this.#history, this.#now(), windows);
  }

  throttled(forMs: number, windows: readonly RateWindow[]): void {
    this.#windows = windows;
    this.#pauseMs = Math.max(this.#pauseMs, forMs);
    this.#putBack(this.#held.splice(0));
    if (this.#parts.membership.standing() !== "alone") this.#exchange({ want: 0 }).catch(this.#parts.membership.leave);
  }

  /** Redis is lost, and with it what is in hand. */
  goAlone(): void {
    this.#held = [];
    this.#unused = [];
    this.#isLossCounted = false;
    this.#parts.bucket.advance();
  }

  /** From now on this process calls without telling: what the others may have called until now counts against it. */
  #countLoss(): void {
    const { membership } = this.#parts;
    if (this.#isLossCounted || !membership.hasMet()) return;
    this.#isLossCounted = true;
    const quotas = quotasOf(this.#windows);
    const sinceMs = membership.heldUntilMs();
    this.#lost = lossOf(quotas, this.#history, this.#others, membership.share(), sinceMs, this.#lost);
  }

  /** Redis is there, or is not after all: calls may start again. */
  goOn(): void {
    this.#isHeldBack = false;
    if (this.#parts.membership.standing() === "shared") this.#lost = null;
    this.#askAgainMs = 0;
    this.#parts.bucket.advance();
  }

  /** No call starts until `goOn`, so that what is told meanwhile stays true. */
  holdBack(): void {
    this.#isHeldBack = true;
  }

  /** Tells Redis everything that still counts, whatever it knows already. */
  async tellHistory(): Promise<void> {
    const { endsMs, endedIds, open } = this.#history;
    const ended = endsMs.map((atMs, i) => ({ id: endedIds[i] ?? "", atMs }));
    this.#ended = [];
    this.#unused = [];
    await this.#exchange({ want: 0, ended, inUse: [...open].map(({ id }) => id) });
  }

  /** Tells what is to be told, and learns what the others have called. */
  async refresh(): Promise<void> {
    this.#putBackOld();
    await this.#exchange({ want: 0 });
  }

  /** Neither in the fleet nor about to join: nobody has to be told of single calls. */
  #isAlone(): boolean {
    return !this.#isHeldBack && this.#parts.membership.standing() === "alone";
  }

  #now(): number {
    return this.#parts.clock.now();
  }

  #nextId(): string {
    this.#number += 1;
    return `${this.#name}:${this.#number}`;
  }

  /** A slot is free for others only when its end has been told. */
  #predict(windows: readonly RateWindow[], place: number): number {
    return predictDelay(this.#history, this.#now(), windows, place, this.#history.durationMs + TELL_AFTER_MS);
  }

  /** The windows without Redis: this process's share, less what others may still be using of it. */
  #aloneWindows(): RateWindow[] {
    const { part, membership } = this.#parts;
    const quotas = quotasOf(this.#windows);
    const share = shareOf(quotas, membership.share(), this.#lost, this.#now(), part === "common");
    return [...share, ...this.#windows.filter(isBulkhead)];
  }

  /** How many slots more than those in hand this process's share allows. */
  #leftOfShare(): number {
    const now = this.#now();
    const lefts = this.#aloneWindows().map(({ limit, windowMs }) => limit - countWithin(this.#history, now, windowMs));
    return Math.max(0, Math.min(...lefts) - this.#held.length);
  }

  #putBackOld(): void {
    const oldest = this.#now() - USE_WITHIN_MS;
    this.#putBack(this.#held.filter(({ cameMs }) => cameMs <= oldest));
    this.#held = this.#held.filter(({ cameMs }) => cameMs > oldest);
  }

  #putBack(slots: readonly Held[]): void {
    this.#unused.push(...slots.map(({ id }) => id));
    if (slots.length > 0) this.#tellSoon();
  }

  /** Asks for as many slots as are waited for, and for a block at least. */
  #ask(): void {
    const { part, bucket, membership } = this.#parts;
    if (this.#isAsking || membership.standing() === "alone") return;
    this.#isAsking = true;
    const waiting = bucket.waiting()[part];
    const smallest = Math.min(...quotasOf(this.#windows).map(({ limit }) => limit));
    const wanted = Math.max(waiting, Math.ceil(smallest / BLOCKS));
    const want = membership.standing() === "shared" ? wanted : Math.min(wanted, this.#leftOfShare());
    this.#exchange({ want, waiting })
      .catch(membership.leave)
      .finally(() => {
        this.#isAsking = false;
        bucket.advance();
      });
  }

  async #exchange({
    want,
    waiting = 0,
    ended = this.#ended.splice(0),
    inUse,
  }: {
    want: number;
    waiting?: number;
    ended?: readonly { readonly id: string; readonly atMs: number }[];
    inUse?: readonly string[];
  }): Promise<void> {
    const { endpoint, part, store, membership } = this.#parts;
    const askedMs = this.#now();
    const quotas = quotasOf(this.#windows);
    const firstNumber = this.#number + 1;
    this.#number += want;
    const pauseMs = this.#pauseMs;
    this.#pauseMs = 0;
    const answer = await store.exchange({
      endpoint,
      part,
      windows: quotas,
      share: membership.share(),
      want,
      waiting,
      own: quotas.map(({ windowMs }) => countWithin(this.#history, askedMs, windowMs) + this.#held.length),
      slots: { name: this.#name, first: firstNumber },
      ended: ended.map(({ id, atMs }) => ({ id, ageMs: Math.max(0, askedMs - atMs) })),
      unused: this.#unused.splice(0),
      pauseMs,
      ...(inUse && { inUse }),
    });
    if (answer.state === "unknown") {
      membership.leave(new Error("Redis does not know this replica"));
      return;
    }
    this.#learn(answer, want, firstNumber, askedMs);
  }

  #learn({ granted, retryInMs, counted }: Exchanged, want: number, firstNumber: number, askedMs: number): void {
    const now = this.#now();
    const ids = Array.from({ length: granted }, (_, i) => `${this.#name}:${firstNumber + i}`);
    this.#held.push(...ids.map((id) => ({ id, cameMs: now })));
    if (granted > 0) this.#tellSoon();
    // Who only tells learns nothing of when to ask again.
    if (want > 0) this.#askAgainMs = granted === 0 ? now + Math.max(1, retryInMs) : 0;
    const quotas = quotasOf(this.#windows);
    const others = quotas.map(({ windowMs }, i) => {
      const own = countWithin(this.#history, now, windowMs) + this.#held.length;
      return Math.max(0, (counted[i] ?? 0) + granted - own);
    });
    this.#others = { counted: others, atMs: askedMs };
    this.#peaks = nextPeaks(quotas, this.#peaks, this.#others);
  }

  /** Sees to it that ends are told, and slots that nobody needs go back. */
  #tellSoon(): void {
    const { clock, membership, bucket, part } = this.#parts;
    if (this.#isTelling) return;
    this.#isTelling = true;
    const isWaitedFor = bucket.waiting()[part] > 0;
    void clock.sleep(isWaitedFor ? TELL_SOONER_MS : TELL_AFTER_MS).then(async () => {
      this.#isTelling = false;
      if (membership.standing() === "alone") return;
      this.#putBackOld();
      if (this.#ended.length + this.#unused.length > 0) await this.#exchange({ want: 0 }).catch(membership.leave);
      if (this.#held.length + this.#ended.length > 0) this.#tellSoon();
      bucket.advance();
    });
  }
}

const isBulkhead = ({ windowMs }: RateWindow): boolean => windowMs === 0;
