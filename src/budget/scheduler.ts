import type { Clock } from "../clock.js";
import { delayUntilFree, type RateWindow, startsToKeep } from "./windows.js";

/** Hands out the right to make one upstream call at a time, so that no quota is exceeded. */
export interface Scheduler {
  /**
   * Resolves when one call of `endpoint` may start, in order of asking. Endpoints without a quota never wait.
   * @throws the signal's reason when `signal` aborts first; the place in the queue is then free again.
   */
  acquire(endpoint: string, signal: AbortSignal): Promise<void>;
  /** Holds back every call of `endpoint` for `ms` milliseconds: the upstream said that it had too many. */
  pause(endpoint: string, ms: number): void;
}

/** Calls are counted when they start here, the upstream counts when they arrive: windows are kept this much longer. */
const JITTER_MARGIN_MS = 50;

interface Waiter {
  grant(): void;
}

interface Bucket {
  readonly windows: readonly RateWindow[];
  /** Times of the calls that can still count, ascending. */
  starts: number[];
  pausedUntilMs: number;
  readonly queue: Waiter[];
  draining: boolean;
}

/** A scheduler for one process and one tenant. `quotas` are keyed as `GET /open-apis/…/:id`. */
export function createScheduler(clock: Clock, quotas: ReadonlyMap<string, readonly RateWindow[]>): Scheduler {
  const buckets = new Map<string, Bucket>();

  const bucketOf = (endpoint: string): Bucket => {
    const known = buckets.get(endpoint);
    if (known) return known;
    const bucket = createBucket(quotas.get(endpoint) ?? []);
    buckets.set(endpoint, bucket);
    return bucket;
  };

  const delayOf = (bucket: Bucket): number => {
    const now = clock.now();
    return Math.max(bucket.pausedUntilMs - now, delayUntilFree(bucket.starts, now, bucket.windows));
  };

  const start = (bucket: Bucket): void => {
    bucket.starts.push(clock.now());
    const keep = startsToKeep(bucket.windows);
    // Trimmed in blocks: cutting one off the front at every call would copy the whole array each time.
    if (bucket.starts.length > 2 * keep) bucket.starts = keep === 0 ? [] : bucket.starts.slice(-keep);
  };

  const drain = async (bucket: Bucket): Promise<void> => {
    bucket.draining = true;
    while (bucket.queue.length > 0) {
      const delayMs = delayOf(bucket);
      if (delayMs > 0) {
        await clock.sleep(delayMs);
        continue;
      }
      start(bucket);
      bucket.queue.shift()?.grant();
    }
    bucket.draining = false;
  };

  return {
    async acquire(endpoint, signal) {
      signal.throwIfAborted();
      const bucket = bucketOf(endpoint);
      if (bucket.queue.length === 0 && delayOf(bucket) <= 0) return start(bucket);
      const granted = enqueue(bucket, signal);
      if (!bucket.draining) void drain(bucket);
      return granted;
    },
    pause(endpoint, ms) {
      const bucket = bucketOf(endpoint);
      bucket.pausedUntilMs = Math.max(bucket.pausedUntilMs, clock.now() + ms);
    },
  };
}

function createBucket(windows: readonly RateWindow[]): Bucket {
  const widened = windows.map(({ limit, windowMs }) => ({ limit, windowMs: windowMs + JITTER_MARGIN_MS }));
  return { windows: widened, starts: [], pausedUntilMs: 0, queue: [], draining: false };
}

function enqueue(bucket: Bucket, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      bucket.queue.splice(bucket.queue.indexOf(waiter), 1);
      reject(signal.reason);
    };
    const waiter: Waiter = {
      grant() {
        signal.removeEventListener("abort", leave);
        resolve();
      },
    };
    bucket.queue.push(waiter);
    signal.addEventListener("abort", leave, { once: true });
  });
}
