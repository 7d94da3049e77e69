import type { Clock } from "../clock.js";
import { LeasedPool } from "./leased-pool.js";
import { LocalPool, quotasOf } from "./pool.js";
import { type FleetStore, SILENT_AFTER_MS } from "./redis-scripts.js";
import type { OpenPools } from "./scheduler.js";

/** This process as one of several that spend the same quotas. */
export interface Fleet {
  readonly openPools: OpenPools;
  /** Whether the quotas are shared with the others just now, and how many share them. */
  state(): { readonly isShared: boolean; readonly replicas: number };
  /** Joins for the first time, and keeps in touch from then on. Does not fail: without Redis the process goes alone. */
  start(): Promise<void>;
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

/**
 * How this process stands to the fleet: `alone` it keeps to its share by itself; `settling` it does so through Redis, which
 * does not know of all others yet; `shared` it has what nobody else has.
 */
export type Standing = "alone" | "settling" | "shared";

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
export function createFleet({ store, clock, fallbackShare, onChange }: FleetOptions): Fleet {
  const pools: LeasedPool[] = [];
  const closed = new AbortController();
  let standing: Standing = "alone";
  let replicas = 1;
  let beats = 0;
  /** When the fleet last heard of this replica; `null`: never. */
  let heardMs: number | null = null;

  const change = (to: Standing, cause?: unknown): void => {
    if (to === standing) return;
    const wasShared = standing === "shared";
    standing = to;
    if (to === "alone") for (const pool of pools) pool.goAlone();
    if (to === "shared") for (const pool of pools) pool.goOn();
    if (to === "shared" || wasShared) onChange({ isShared: to === "shared", replicas, cause });
  };
  const goAlone = (cause: unknown): void => change("alone", cause);

  const heed = (answer: { readonly isKnown: boolean; readonly isReady: boolean; readonly replicas: number }): void => {
    if (answer.isKnown) heardMs = clock.now();
    if (!answer.isKnown) {
      goAlone(new Error("Redis does not know this replica"));
      return;
    }
    // Until all are there again, each keeps to its share of what it was.
    if (answer.isReady) replicas = answer.replicas;
    change(answer.isReady ? "shared" : "settling");
  };

  /** Tells Redis what it may not know, and asks to be let in. */
  const join = async (): Promise<void> => {
    await Promise.all(pools.map((pool) => pool.tellHistory()));
    for (const pool of pools) pool.holdBack();
    try {
      // What has started since then is told now that Redis is known to answer, and nothing starts meanwhile.
      await Promise.all(pools.map((pool) => pool.tellHistory()));
      heed(await store.join(replicas, true));
    } finally {
      for (const pool of pools) pool.goOn();
    }
  };

  const keepInTouch = async (): Promise<void> => {
    heed(await store.join(replicas, false));
    beats += 1;
    if (beats % BEATS_PER_REFRESH === 0) await Promise.all(pools.map((pool) => pool.refresh()));
  };

  const beat = (): Promise<void> => (standing === "alone" ? join() : keepInTouch()).catch(goAlone);

  const keepBeating = async (): Promise<void> => {
    while (!closed.signal.aborted) {
      await clock.sleep(HEARTBEAT_MS, closed.signal);
      await beat();
    }
  };

  return {
    openPools: (endpoint, bucket) => (part, windows) => {
      if (quotasOf(windows).length === 0) return new LocalPool(() => clock.now(), windows);
      const membership = {
        standing: () => standing,
        share: () => fallbackShare ?? 1 / replicas,
        untilAloneMs: () => (heardMs === null ? 0 : Math.max(0, heardMs + ALONE_AFTER_MS - clock.now())),
        hasMet: () => heardMs !== null,
        leave: goAlone,
      };
      const pool = new LeasedPool({ endpoint, part, windows, store, clock, bucket, membership });
      pools.push(pool);
      return pool;
    },
    state: () => ({ isShared: standing === "shared", replicas }),
    async start() {
      await beat();
      const ended = (): void => {};
      keepBeating().catch(ended);
    },
    async close() {
      closed.abort();
      if (standing === "alone") return;
      await Promise.all(pools.map((pool) => pool.refresh())).catch(expires);
      standing = "alone";
      await store.leave().catch(expires);
    },
  };
}

/** What is not told to Redis in time expires there. */
const expires = (): void => {};
