import type { Clock } from "../clock.js";
import { delayUntilFree, endsToKeep, type RateWindow } from "./windows.js";

/** Says that a call has ended; to be called once, however it ended. */
export type Release = () => void;

/** Hands out the right to make one upstream call at a time, so that no quota is exceeded. */
export interface Scheduler {
  /**
   * Resolves when one call of `endpoint` may start, in order of asking. Endpoints without a quota never wait.
   * @throws the signal's reason when `signal` aborts first; the place in the queue is then free again.
   */
  acquire(endpoint: string, signal: AbortSignal): Promise<Release>;
  /** Holds back every call of `endpoint` for `ms` milliseconds: the upstream said that it had too many. */
  pause(endpoint: string, ms: number): void;
  /** How many calls of `endpoint` may start at once; `Infinity` without a quota. */
  room(endpoint: string): number;
}

/** The upstream's clock and ours do not tick alike, and a connection that failed may still deliver its request. */
const CLOCK_MARGIN_MS = 20;

/** A scheduler for one process and one tenant. `quotas` are keyed as `GET /open-apis/…/:id`. */
export function createScheduler(clock: Clock, quotas: ReadonlyMap<string, readonly RateWindow[]>): Scheduler {
  const buckets = new Map<string, Bucket>();
  const bucketOf = (endpoint: string): Bucket => {
    const known = buckets.get(endpoint);
    if (known) return known;
    const bucket = new Bucket(clock, quotas.get(endpoint) ?? []);
    buckets.set(endpoint, bucket);
    return bucket;
  };
  return {
    acquire: (endpoint, signal) => bucketOf(endpoint).acquire(signal),
    pause: (endpoint, ms) => bucketOf(endpoint).pause(ms),
    room: (endpoint) => bucketOf(endpoint).room(),
  };
}

/** The queue before one endpoint. */
class Bucket {
  readonly #clock: Clock;
  readonly #windows: readonly RateWindow[];
  readonly #queue: ((release: Release) => void)[] = [];
  #inFlight = 0;
  #endsMs: number[] = [];
  #pausedUntilMs = 0;
  #sleeping = false;

  constructor(clock: Clock, windows: readonly RateWindow[]) {
    this.#clock = clock;
    this.#windows = windows.map(({ limit, windowMs }) => ({ limit, windowMs: windowMs + CLOCK_MARGIN_MS }));
  }

  acquire(signal: AbortSignal): Promise<Release> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const leave = (): void => {
        this.#queue.splice(this.#queue.indexOf(grant), 1);
        reject(signal.reason);
      };
      const grant = (release: Release): void => {
        signal.removeEventListener("abort", leave);
        resolve(release);
      };
      signal.addEventListener("abort", leave, { once: true });
      this.#queue.push(grant);
      this.#advance();
    });
  }

  pause(ms: number): void {
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, this.#clock.now() + ms);
  }

  room(): number {
    const now = this.#clock.now();
    if (this.#queue.length > 0 || this.#pausedUntilMs > now) return 0;
    const counting = ({ limit, windowMs }: RateWindow): number =>
      limit - this.#inFlight - this.#endsMs.filter((end) => end > now - windowMs).length;
    return Math.min(Number.POSITIVE_INFINITY, ...this.#windows.map(counting));
  }

  /** Grants what may start now, and sees to it that somebody looks again when more may. */
  #advance(): void {
    for (;;) {
      const [next] = this.#queue;
      if (!next) return;
      const delayMs = this.#delay();
      if (delayMs > 0) {
        this.#lookAgainIn(delayMs);
        return;
      }
      this.#queue.shift();
      this.#inFlight += 1;
      next(this.#releaseOnce());
    }
  }

  #delay(): number {
    const now = this.#clock.now();
    const history = { inFlight: this.#inFlight, endsMs: this.#endsMs };
    return Math.max(this.#pausedUntilMs - now, delayUntilFree(history, now, this.#windows));
  }

  /** A call in flight that has to end first will look again itself. */
  #lookAgainIn(delayMs: number): void {
    if (this.#sleeping || delayMs === Number.POSITIVE_INFINITY) return;
    this.#sleeping = true;
    void this.#clock.sleep(delayMs).then(() => {
      this.#sleeping = false;
      this.#advance();
    });
  }

  #releaseOnce(): Release {
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.#inFlight -= 1;
      this.#endsMs.push(this.#clock.now());
      const keep = endsToKeep(this.#windows);
      // Trimmed in blocks: cutting one off the front at every call would copy the whole array each time.
      if (this.#endsMs.length > 2 * keep) this.#endsMs = keep === 0 ? [] : this.#endsMs.slice(-keep);
      this.#advance();
    };
  }
}
