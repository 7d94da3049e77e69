import type { Clock } from "../../core/clock.js";
import type { OpenShare } from "../quota-share.js";
import type { Membership, SharedPart } from "./membership.js";
import { RedisShare } from "./redis-share.js";
import { GATHER_MS, SILENT_AFTER_MS } from "./scripts.js";
import type { FleetStore, Joined } from "./store.js";

/** State of the quota sharing, and the number of replicas that share. */
export interface FleetState {
  readonly isShared: boolean;
  readonly replicas: number;
}

/** This process as one of several that spend the same quotas. It joins once, whatever the number of its tenants. */
export interface Fleet {
  /** Opens this process's parts of one tenant's quotas. */
  openShares(tenant: string): OpenShare;
  state(): FleetState;
  /**
   * Joins for the first time, and sends heartbeats from then on.
   * Never fails: without Redis the process keeps to its fallback share.
   */
  start(): Promise<void>;
  /** Records that the connection to Redis is lost. */
  disconnected(): void;
  /** Returns all shares and leaves the fleet. */
  close(): Promise<void>;
}

/** Options for joining a fleet. */
export interface FleetOptions {
  readonly store: FleetStore;
  readonly clock: Clock;
  /**
   * Part of every quota that this process keeps to without Redis.
   * `null` means an even part by the number of replicas seen last.
   */
  readonly fallbackShare: number | null;
  /** Called when the process falls back to its own share, and when it shares again. */
  onChange(state: FleetState & { readonly cause?: unknown }): void;
}

const HEARTBEAT_MS = 1000;
/** Milliseconds that allow for the network delay of the last heartbeat. */
const NOTICE_MARGIN_MS = 250;
/** Assumed number of replicas, for a process that has never met its fleet. */
const UNKNOWN_REPLICAS = 2;

/** Creates a fleet whose replicas meet in Redis. */
export const createFleet = (options: FleetOptions): Fleet => new RedisFleet(options);

class RedisFleet implements Fleet, Membership {
  readonly #options: FleetOptions;
  readonly #inUse = new Set<SharedPart>();
  readonly #closed = new AbortController();
  #state: "alone" | "settling" | "shared" = "alone";
  #replicas = UNKNOWN_REPLICAS;
  /** Send times of the last and of the first message that Redis has answered; `null` before any. */
  #lastContactMs: number | null = null;
  #metMs: number | null = null;
  /** Send time of the last answered message while the quotas were shared. */
  #sharedMs: number | null = null;

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  openShares(tenant: string): OpenShare {
    const { store, clock } = this.#options;
    return (endpoint, limiter) => new RedisShare({ tenant, endpoint, limiter, store, clock, membership: this });
  }

  state(): FleetState {
    return { isShared: this.isShared(), replicas: this.#replicas };
  }

  async start(): Promise<void> {
    await this.#beat().catch(this.leave);
    const isClosed = (): void => {};
    this.#keepBeating().catch(isClosed);
  }

  disconnected(): void {
    this.leave(new Error("Redis connection lost"));
  }

  async close(): Promise<void> {
    this.#closed.abort();
    if (this.#state === "alone") return;
    // Slots that are not returned in time expire.
    const expires = (): void => {};
    await Promise.all([...this.#inUse].map((share) => share.giveBack())).catch(expires);
    for (const share of this.#inUse) share.close();
    this.#state = "alone";
    await this.#options.store.leave().catch(expires);
  }

  get configuredShare(): number | null {
    return this.#options.fallbackShare;
  }

  isShared(): boolean {
    return this.#state === "shared";
  }

  isSettling(): boolean {
    return this.#state === "settling";
  }

  share(): number {
    return this.configuredShare ?? 1 / this.#replicas;
  }

  heldUntilMs(): number {
    if (this.#lastContactMs === null) return Number.NEGATIVE_INFINITY;
    if (this.#state === "alone") return this.#lastContactMs + SILENT_AFTER_MS + NOTICE_MARGIN_MS;
    return this.#sharedMs !== null ? Number.NEGATIVE_INFINITY : (this.#metMs ?? 0) + GATHER_MS;
  }

  lastSharedMs(): number | null {
    return this.#sharedMs;
  }

  recordContact(sentAtMs: number): void {
    this.#lastContactMs = Math.max(this.#lastContactMs ?? sentAtMs, sentAtMs);
    if (this.isShared()) this.#sharedMs = this.#lastContactMs;
  }

  readonly leave = (cause: unknown): void => this.#change("alone", cause);

  add(share: SharedPart): void {
    this.#inUse.add(share);
  }

  remove(share: SharedPart): void {
    this.#inUse.delete(share);
  }

  #change(to: "alone" | "settling" | "shared", cause?: unknown): void {
    if (to === this.#state) return;
    const isNews = to === "shared" || this.isShared();
    this.#state = to;
    for (const share of this.#inUse) share.wake();
    if (isNews) this.#options.onChange({ ...this.state(), cause });
  }

  async #beat(): Promise<void> {
    for (const share of this.#inUse) if (!share.isInUse()) this.#inUse.delete(share);
    const isNew = this.#state === "alone";
    // Every call that still counts is reported before Redis counts this replica in.
    if (isNew) await Promise.all([...this.#inUse].map((share) => share.report()));
    const sentAtMs = this.#options.clock.now();
    const answer = await this.#options.store.join(this.#metMs === null ? 1 : this.#replicas, isNew);
    if (!answer.isKnown) {
      this.leave(new Error("Redis does not know this replica"));
      return this.#beat();
    }
    // The replica may have left meanwhile, and must not come back without reporting its calls.
    if (isNew === (this.#state === "alone")) this.#accept(answer, sentAtMs);
  }

  #accept({ isReady, replicas }: Joined, sentAtMs: number): void {
    this.recordContact(sentAtMs);
    this.#metMs ??= sentAtMs;
    // Until all replicas are back, each keeps to its share of the previous number.
    if (isReady) this.#replicas = replicas;
    this.#change(isReady ? "shared" : "settling");
    if (isReady) this.#sharedMs = this.#lastContactMs;
  }

  async #keepBeating(): Promise<void> {
    for (;;) {
      await this.#options.clock.sleep(HEARTBEAT_MS, this.#closed.signal);
      await this.#beat().catch(this.leave);
    }
  }
}
