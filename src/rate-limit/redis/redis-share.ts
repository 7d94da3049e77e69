import type { Clock } from "../../core/clock.js";
import type { Allotment, QuotaShare, SharedLimiter } from "../quota-share.js";
import { fallbackLimits, type LastKnown } from "./fallback.js";
import type { Membership, SharedPart } from "./membership.js";
import { LEASE_MS, USAGE_PARTS } from "./scripts.js";
import type { FleetStore, Renewed } from "./store.js";

/** Milliseconds between two renewals of a share in use. */
const RENEW_EVERY_MS = 100;
/** Milliseconds between two renewals while calls wait here that an even share would let start. */
const RENEW_SOONER_MS = 20;
/** Milliseconds without a request after which a share is returned. */
const IDLE_AFTER_MS = 800;
/** Milliseconds within which two reports describe one pause, or one ceiling. */
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

/** Resolves after the current tick, so that calls that the loaders make together request one share. */
const sameTick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * Part of one quota that belongs to this replica.
 * It is renewed through Redis while calls use it, and costs nothing otherwise.
 * Without Redis it is the replica's fallback share.
 */
export class RedisShare implements QuotaShare, SharedPart {
  readonly #parts: RedisShareParts;
  #isRunning = false;
  #isClosed = false;
  #isWoken = false;
  #requestedAtMs = 0;
  #reportedWaiting = 0;
  #reportedAtMs = Number.NEGATIVE_INFINITY;
  /** Limits in force, and their expiry, by the lease of Redis or by this replica's own share. */
  #limits: readonly number[] = [];
  #inForceUntilMs = Number.NEGATIVE_INFINITY;
  #leasedUntilMs = Number.NEGATIVE_INFINITY;
  #fair: readonly number[] | null = null;
  #known: LastKnown | null = null;
  #pauseMs = 0;
  #ceiling: number | null = null;
  #applied = { pausedUntilMs: 0, ceilingAtMs: 0 };
  /** Throttled responses since the replica lost Redis; each halves its share. */
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

  /** Keeps to this replica's fallback share, once the others are bound to leave it free. */
  #fallBack(): void {
    const { limiter, membership } = this.#parts;
    const now = this.#now();
    if (now < Math.max(this.#leasedUntilMs, membership.heldUntilMs())) return;
    const share = membership.share() / 2 ** this.#strikes;
    const limits = fallbackLimits(limiter.quota, share, this.#strikes > 0 ? null : this.#lastKnown(), now);
    this.#allot({ limits, attainable: limits, returning: [], untilMs: now + LEASE_MS });
  }

  /** Returns the last known state. The others may have held all of a quota that was not in use here. */
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

  /** Applies the pause and the ceiling of a throttled response that another replica got. */
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
