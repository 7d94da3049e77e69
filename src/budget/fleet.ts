import type { Clock } from "../clock.js";
import { LeasedPool } from "./leased-pool.js";
import { LocalPool, quotasOf } from "./pool.js";
import { type FleetStore, GATHER_MS, type Joined, SILENT_AFTER_MS } from "./redis-scripts.js";
import type { OpenPools } from "./scheduler.js";
import type { Standing } from "./share.js";

/** This process as one of several that spend the same quotas. */
export interface Fleet {
  readonly openPools: OpenPools;
  /** Whether the quotas are shared with the others just now, and how many share them. */
  state(): { readonly isShared: boolean; readonly replicas: number };
  /** Joins for the first time, and keeps in touch from then on. Does not fail: without Redis the process goes alone. */
  start(): Promise<void>;
  /** The connection to Redis is lost: what comes back may remember less. */
  disconnected(): void;
  /** Gives everything back. */
  close(): Promise<void>;
}

/** How a fleet is joined. */
export interface FleetOptions {
  readonly store: FleetStore;
  readonly clock: Clock;
  /** The part of every quota that this process keeps to without Redis; `null`: one by the number of replicas seen last. */
  readonly fallbackShare: number | null;
  /** Told when the process goes alone, and when it is back. */
  onChange(state: { readonly isShared: boolean; readonly replicas: number; readonly cause?: unknown }): void;
}

/** How often a replica says that it is there, and learns what the others have called. */
const HEARTBEAT_MS = 500;
/** Every so many of them it learns what the others have called. */
const BEATS_PER_REFRESH = 4;
/**
 * A replica that loses Redis starts nothing until those that still have it must have noticed its silence, and keep its
 * share for it; the difference allows for the way of its last sign of life.
 */
const ALONE_AFTER_MS = SILENT_AFTER_MS + 250;

/** A fleet whose members meet in Redis. */
export const createFleet = (options: FleetOptions): Fleet => new RedisFleet(options);

class RedisFleet implements Fleet {
  readonly #options: FleetOptions;
  readonly #pools: LeasedPool[] = [];
  readonly #closed = new AbortController();
  #standing: Standing = "alone";
  /** A process that has never met its fleet takes it for one of two. */
  #replicas = 2;
  #beats = 0;
  /** When the fleet last heard of this replica, and when it first did; `null`: never. */
  #heardMs: number | null = null;
  #metMs: number | null = null;
  /** Whether it has yet to share for the first time. */
  #isNew = true;

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  readonly openPools: OpenPools = (endpoint, bucket) => (part, windows) => {
    const { clock, store, fallbackShare } = this.#options;
    if (quotasOf(windows).length === 0) return new LocalPool(() => clock.now(), windows);
    const membership = {
      standing: () => this.#standing,
      share: () => fallbackShare ?? 1 / this.#replicas,
      heldUntilMs: () => this.#heldUntilMs(),
      hasMet: () => this.#heardMs !== null,
      leave: (cause: unknown) => this.#change("alone", cause),
    };
    const pool = new LeasedPool({ endpoint, part, windows, store, clock, bucket, membership });
    this.#pools.push(pool);
    return pool;
  };

  state() {
    return { isShared: this.#standing === "shared", replicas: this.#replicas };
  }

  async start(): Promise<void> {
    await this.#beat();
    const ended = (): void => {};
    this.#keepBeating().catch(ended);
  }

  disconnected(): void {
    this.#change("alone", new Error("the connection is lost"));
  }

  async close(): Promise<void> {
    this.#closed.abort();
    if (this.#standing === "alone") return;
    // What is not told in time expires.
    const expires = (): void => {};
    await Promise.all(this.#pools.map((pool) => pool.refresh())).catch(expires);
    this.#standing = "alone";
    await this.#options.store.leave().catch(expires);
  }

  #heldUntilMs(): number {
    if (this.#standing === "shared" || this.#heardMs === null) return Number.NEGATIVE_INFINITY;
    if (this.#standing === "alone") return this.#heardMs + ALONE_AFTER_MS;
    return this.#isNew ? (this.#metMs ?? 0) + GATHER_MS : Number.NEGATIVE_INFINITY;
  }

  #change(to: Standing, cause?: unknown): void {
    if (to === this.#standing) return;
    const wasShared = this.#standing === "shared";
    this.#standing = to;
    if (to === "shared") this.#isNew = false;
    if (to === "alone") for (const pool of this.#pools) pool.goAlone();
    if (to === "shared") for (const pool of this.#pools) pool.goOn();
    if (to === "shared" || wasShared) {
      this.#options.onChange({ isShared: to === "shared", replicas: this.#replicas, cause });
    }
  }

  #heed(answer: Joined): void {
    if (!answer.isKnown) {
      this.#change("alone", new Error("Redis does not know this replica"));
      return;
    }
    this.#heardMs = this.#options.clock.now();
    this.#metMs ??= this.#heardMs;
    // Until all are there again, each keeps to its share of what it was.
    if (answer.isReady) this.#replicas = answer.replicas;
    this.#change(answer.isReady ? "shared" : "settling");
  }

  /** Tells Redis what it may not know, and asks to be let in. */
  async #join(): Promise<void> {
    const pools = this.#pools;
    await Promise.all(pools.map((pool) => pool.tellHistory()));
    for (const pool of pools) pool.holdBack();
    try {
      // What has started since then is told now that Redis is known to answer, and nothing starts meanwhile.
      await Promise.all(pools.map((pool) => pool.tellHistory()));
      this.#heed(await this.#options.store.join(this.#metMs === null ? 1 : this.#replicas, true));
    } finally {
      for (const pool of pools) pool.goOn();
    }
  }

  async #keepInTouch(): Promise<void> {
    const answer = await this.#options.store.join(this.#replicas, false);
    // It may have gone alone meanwhile, and must not come back without telling what it has called.
    if (this.#standing === "alone") return;
    this.#heed(answer);
    this.#beats += 1;
    if (this.#beats % BEATS_PER_REFRESH === 0) await Promise.all(this.#pools.map((pool) => pool.refresh()));
  }

  async #beat(): Promise<void> {
    const goAlone = (cause: unknown): void => this.#change("alone", cause);
    await (this.#standing === "alone" ? this.#join() : this.#keepInTouch()).catch(goAlone);
  }

  async #keepBeating(): Promise<void> {
    const { signal } = this.#closed;
    while (!signal.aborted) {
      await this.#options.clock.sleep(HEARTBEAT_MS, signal);
      await this.#beat();
    }
  }
}
