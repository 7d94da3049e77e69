import type { Clock } from "../../core/clock.js";
import type { Allotment, QuotaShare, SharedLimiter } from "../quota-share.js";
import { fallbackLimits, type LastKnown } from "./fallback.js";
import type { Membership, SharedPart } from "./membership.js";
import { LEASE_MS, USAGE_PARTS } from "./scripts.js";
import type { FleetStore, Renewed } from "./store.js";

/** Milliseconds between two renewals of a share in use. */
const RENEW_EVERY_MS = 100;
/** The same while calls wait here that an even share would let start. */
const RENEW_SOONER_MS = 20;
/** A share that no call has asked for in this long is given back. */
const IDLE_AFTER_MS = 800;
/** Two reports of one pause, or of one ceiling, differ by less than this. */
const SAME_WITHIN_MS = 1000;

/** Dependencies of a share. */
export interface RedisShareParts {
  readonly tenant: string;
  readonly endpoint: string;
  readonly limiter: SharedLimiter;
  readonly store: FleetStore;
  readonly clock: Clock;
  readonly membership: Membership;
}

const NOTHING: Allotment = { limits: [], attainable: [], returning: [], untilMs: Number.NEGATIVE_INFINITY };

/** Calls that the loaders make together ask for one share together. */
const sameTick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * This replica's part of one quota. It is renewed through Redis while calls use it and costs nothing otherwise; without Redis it is
 * the replica's fallback share.
 */
export class RedisShare implements QuotaShare, SharedPart {
  readonly #parts: RedisShareParts;
  #isRunning = false;
  #isClosed = false;
  #isWoken = false;
  #requestedAtMs = 0;
  #reportedWaiting = 0;
  #reportedAtMs = Number.NEGATIVE_INFINITY;
  /** The limits in force, and until when; by Redis' lease, or by this replica's own share. */
  #limits: readonly number[] = [];
  #inForceUntilMs = Number.NEGATIVE_INFINITY;
  #leasedUntilMs = Number.NEGATIVE_INFINITY;
  #fair: readonly number[] | null = null;
  #known: LastKnown | null = null;
  #pauseMs = 0;
  #ceiling: number | null = null;
  #applied = { pausedUntilMs: 0, ceilingAtMs: 0 };
  /** Throttled answers since the replica is without Redis: each halves its share. */
  #strikes = 0;
  #pause = new AbortController();

  constructor(parts: RedisShareParts) {
    this.#parts = parts;
  }

  request(): void {
    this.#requestedAtMs = this.#now();
    if (this.#isClosed) return;
    if (!this.#isRunning) void this.#run();
    else if (this.#reportedWaiting === 0 && this.#parts.limiter.waiting > 0) this.wake();
  }

  expected(): readonly number[] {
    const { limiter, membership } = this.#parts;
    if (!membership.isShared()) return limiter.quota.map(({ limit }) => Math.max(1, limit * membership.share()));
    return limiter.quota.map(({ limit }, i) =>
      Math.max(this.#limits[i] ?? 0, this.#fair?.[i] ?? limit * membership.share()),
    );
  }

  throttled(pauseMs: number, ceiling: number | null): void {
    this.#pauseMs = Math.max(this.#pauseMs, pauseMs);
    this.#ceiling = ceiling;
    this.#applied.pausedUntilMs = this.#now() + pauseMs;
    if (!this.#parts.membership.isShared()) this.#strikes += 1;
    this.request();
    this.wake();
  }

  wake(): void {
    this.#isWoken = true;
    this.#pause.abort();
  }

  isInUse(): boolean {
    return this.#isRunning || this.#parts.limiter.usage(1).some(([calls = 0]) => calls > 0);
  }

  async report(): Promise<void> {
    await this.#renew({ own: this.#limits.length > 0 ? this.#limits : this.#parts.limiter.quota.map(() => 0) });
  }

  async giveBack(): Promise<void> {
    await this.#renew({ isLeaving: true });
  }

  close(): void {
    this.#isClosed = true;
    this.#parts.membership.remove(this);
    this.wake();
  }

  #now(): number {
    return this.#parts.clock.now();
  }

  async #run(): Promise<void> {
    const { clock, membership } = this.#parts;
    this.#isRunning = true;
    membership.add(this);
    while (!this.#isClosed) {
      await sameTick();
      this.#isWoken = false;
      await this.#refresh().catch(membership.leave);
      if (this.#isIdle()) {
        if (membership.isShared()) await this.giveBack().catch(membership.leave);
        this.#allot(NOTHING);
        if (this.#isIdle()) break;
      } else if (!this.#isWoken) {
        this.#pause = new AbortController();
        const woken = (): void => {};
        await clock.sleep(this.#gapMs(), this.#pause.signal).catch(woken);
      }
    }
    this.#isRunning = false;
  }

  #isIdle(): boolean {
    const { waiting, inFlight } = this.#parts.limiter;
    return waiting === 0 && inFlight === 0 && this.#now() - this.#requestedAtMs >= IDLE_AFTER_MS;
  }

  #gapMs(): number {
    const isBelowFair = this.#limits.some((limit, i) => Math.floor(limit) < Math.floor(this.#fair?.[i] ?? 0));
    return this.#parts.limiter.waiting > 0 && isBelowFair ? RENEW_SOONER_MS : RENEW_EVERY_MS;
  }

  async #refresh(): Promise<void> {
    const { membership } = this.#parts;
    if (membership.isShared()) return this.#renew({});
    this.#fallBack();
    if (membership.isSettling()) await this.report();
  }

  /** Keeps to this replica's share, once the others are bound to leave it to it. */
  #fallBack(): void {
    const { limiter, membership } = this.#parts;
    const now = this.#now();
    if (now < Math.max(this.#leasedUntilMs, membership.heldUntilMs())) return;
    const share = membership.share() / 2 ** this.#strikes;
    const limits = fallbackLimits(limiter.quota, share, this.#strikes > 0 ? null : this.#lastKnown(), now);
    this.#allot({ limits, attainable: limits, returning: [], untilMs: now + LEASE_MS });
  }

  /** Of a quota that was not in use here the others may have had all. */
  #lastKnown(): LastKnown | null {
    const sharedMs = this.#parts.membership.lastSharedMs();
    if (sharedMs === null || (this.#known && this.#known.atMs >= sharedMs - LEASE_MS)) return this.#known;
    return { own: [], held: this.#parts.limiter.quota.map(({ limit }) => limit), atMs: sharedMs };
  }

  async #renew(special: { readonly own?: readonly number[]; readonly isLeaving?: boolean }): Promise<void> {
    const { tenant, endpoint, limiter, store, membership } = this.#parts;
    const sentAtMs = this.#now();
    const quota = limiter.quota;
    const pauseMs = this.#pauseMs;
    const ceiling = this.#ceiling;
    this.#pauseMs = 0;
    this.#ceiling = null;
    this.#reportedWaiting = limiter.waiting;
    const answer = await store.renew({
      tenant,
      endpoint,
      windows: quota,
      ...(membership.configuredShare !== null && { share: membership.configuredShare }),
      waiting: limiter.waiting,
      used: limiter.usage(USAGE_PARTS),
      acked: quota.map((_, i) => (sentAtMs < this.#inForceUntilMs ? (this.#limits[i] ?? 0) : 0)),
      sinceMs: Math.min(LEASE_MS, sentAtMs - this.#reportedAtMs),
      isLeaving: special.isLeaving ?? false,
      pauseMs,
      ...(ceiling !== null && { ceiling }),
      ...(special.own && { own: special.own }),
    });
    if (answer.state === "unknown") return membership.leave(new Error("Redis does not know this replica"));
    if (!special.own) membership.recordContact(sentAtMs);
    this.#applyShared(answer);
    this.#reportedAtMs = sentAtMs;
    if (!special.own) this.#accept(answer, sentAtMs);
  }

  #accept({ limits, attainable, returning, fair, held }: Extract<Renewed, { state: "ok" }>, sentAtMs: number): void {
    this.#fair = fair;
    this.#known = { own: limits, held, atMs: sentAtMs };
    this.#leasedUntilMs = sentAtMs + LEASE_MS;
    this.#strikes = 0;
    this.#allot({ limits, attainable, returning, untilMs: this.#leasedUntilMs });
  }

  #allot(allotment: Allotment): void {
    this.#limits = allotment.limits;
    this.#inForceUntilMs = allotment.untilMs;
    this.#parts.limiter.allot(allotment);
  }

  /** Takes over the pause and the ceiling of a throttled answer that another replica got. */
  #applyShared({ pausedForMs, ceiling }: Extract<Renewed, { state: "ok" }>): void {
    const { limiter } = this.#parts;
    const now = this.#now();
    if (pausedForMs > 0 && now + pausedForMs > this.#applied.pausedUntilMs + SAME_WITHIN_MS / 10) {
      this.#applied.pausedUntilMs = now + pausedForMs;
      limiter.pause(pausedForMs);
    }
    if (ceiling && Math.abs(now - ceiling.ageMs - this.#applied.ceilingAtMs) > SAME_WITHIN_MS) {
      this.#applied.ceilingAtMs = now - ceiling.ageMs;
      limiter.lower(ceiling.limit, ceiling.ageMs);
    }
  }
}
