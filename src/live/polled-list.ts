import { type CancelSignal, CancelSource } from "../core/cancellation.js";
import type { Clock } from "../core/clock.js";
import { UpstreamError, type UpstreamErrorCode } from "../feishu/errors.js";
import type { TaskPage, TaskRow } from "../feishu/hire/tasks.js";
import { diff, type RowStates, rowStatesOf, type Snapshot, type SubscriberState } from "./diff.js";
import { ListTooLong, readSnapshot, snapshotOf } from "./snapshot.js";
import { type PolledSource, Subscriber } from "./subscriber.js";

/** Dependencies and settings of a polled list. */
export interface PolledListParts {
  readonly clock: Clock;
  /** Milliseconds between two reads of the list, unless a refresh is requested. */
  readonly intervalMs: number;
  /** Name of this replica among those that read the same list: their clocks differ. */
  readonly replica: string;
  readPage(token: string | null, signal: CancelSignal): Promise<TaskPage>;
  /** Called when the list has changed or is read for the first time. */
  onChange(): void;
  /** Called when polling has ended: no subscriber is left, or the failure is permanent. */
  onEnd(): void;
}

/** Minimum milliseconds between two reads of a list, regardless of refresh requests. */
const MIN_GAP_MS = 1000;

/** Errors that a retry does not resolve. */
const LASTING: ReadonlySet<UpstreamErrorCode> = new Set([
  "UPSTREAM_BAD_REQUEST",
  "UPSTREAM_PERMISSION_MISSING",
  "UPSTREAM_QUOTA_EXHAUSTED",
]);

const isLasting = (error: unknown): boolean =>
  error instanceof ListTooLong || (error instanceof UpstreamError && LASTING.has(error.code));

const WOKEN = new Error("refresh requested");
const OVER = new Error("the polled list is closed");
const NO_SUBSCRIBERS = new Error("the last subscriber has left");

/** A list that is polled for all its subscribers. */
export class PolledList implements PolledSource {
  readonly #parts: PolledListParts;
  readonly #stop = new CancelSource();
  readonly #listeners = new Set<() => void>();
  #subscriberCount = 0;
  /** Cancels the read in progress; `null` between reads. */
  #reading: CancelSource | null = null;
  /** Time when the oldest page of the current read was requested, possibly by an earlier equal read. */
  #readFromMs = 0;
  /** Refresh requests, and the number of them that the last read covers. */
  #refreshRequests = { count: 0, atMs: Number.NEGATIVE_INFINITY, handled: 0 };
  #beganAtMs = Number.NEGATIVE_INFINITY;
  /** Earliest start of the next read, regardless of refresh requests. */
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  #dueAtMs: number;
  #pause = new AbortController();
  snapshot: Snapshot<TaskRow> | null = null;
  rowStates: RowStates = new Map();
  readAtMs = Number.NEGATIVE_INFINITY;
  failure: unknown;
  isEnded = false;

  constructor(parts: PolledListParts) {
    this.#parts = parts;
    this.#dueAtMs = parts.clock.now();
    void this.#follow();
  }

  get replica(): string {
    return this.#parts.replica;
  }

  /** Adds a subscriber; `onLeave` is called when it leaves. */
  subscribe(since: SubscriberState | null, onLeave: () => void): Subscriber {
    this.#subscriberCount += 1;
    return new Subscriber(this, this.#parts.clock.now(), since, () => {
      this.#subscriberCount -= 1;
      if (this.#subscriberCount === 0) this.#reading?.abort(NO_SUBSCRIBERS);
      this.#notify();
      onLeave();
    });
  }

  changed(): Promise<void> {
    return new Promise((resolve) => this.#listeners.add(resolve));
  }

  isAsNewAs({ asOfMs, replica }: SubscriberState, sinceMs: number): boolean {
    const isOurs = replica === this.#parts.replica;
    return isOurs ? this.readAtMs === asOfMs || this.#beganAtMs >= asOfMs : this.#beganAtMs >= sinceMs;
  }

  requestRefresh(): void {
    const nowMs = this.#parts.clock.now();
    this.#refreshRequests = { ...this.#refreshRequests, count: this.#refreshRequests.count + 1, atMs: nowMs };
    this.#dueAtMs = Math.min(this.#dueAtMs, Math.max(nowMs, this.#notBeforeMs));
    this.#pause.abort(WOKEN);
  }

  /**
   * Observes a page of the list that any read requested at `askedAtMs`. A page that is the whole list saves a call. A
   * page with changes requests a refresh.
   */
  observePage(token: string | null, { items, hasMore }: TaskPage, askedAtMs: number): void {
    this.#readFromMs = Math.min(this.#readFromMs, askedAtMs);
    // A page requested before the last read brings nothing new.
    if (this.#reading || !this.snapshot || askedAtMs < this.#beganAtMs) return;
    const isNewerThanRequests = askedAtMs > this.#refreshRequests.atMs;
    if (token === null && !hasMore)
      this.#accept(
        snapshotOf(items),
        askedAtMs,
        isNewerThanRequests ? this.#refreshRequests.count : this.#refreshRequests.handled,
      );
    else if (diff(this.rowStates, snapshotOf(items), 1)?.rows.length) this.requestRefresh();
  }

  /** Returns true if a row of the list has one of these application or talent ids. */
  refersTo(ids: ReadonlySet<string>): boolean {
    return [...(this.snapshot?.values() ?? [])].some(
      ({ applicationId, talentId }) => ids.has(applicationId ?? "") || ids.has(talentId ?? ""),
    );
  }

  /** Stops polling: subscribers receive no more changes. */
  close(): void {
    this.#stop.abort(OVER);
    this.#reading?.abort(OVER);
    this.#pause.abort(OVER);
    this.#notify();
  }

  async #follow(): Promise<void> {
    while (!this.#stop.aborted) {
      await this.#rest();
      if (this.#stop.aborted || this.#subscriberCount === 0) break;
      await this.#read();
    }
    this.#parts.onEnd();
  }

  async #rest(): Promise<void> {
    const { clock } = this.#parts;
    while (!this.#stop.aborted && clock.now() < this.#dueAtMs) {
      this.#pause = new AbortController();
      await clock.sleep(this.#dueAtMs - clock.now(), this.#pause.signal).catch(() => {});
    }
  }

  async #read(): Promise<void> {
    const { clock, readPage } = this.#parts;
    const { count, atMs } = this.#refreshRequests;
    const reading = new CancelSource();
    this.#reading = reading;
    this.#readFromMs = clock.now();
    try {
      const snapshot = await readSnapshot((token) => readPage(token, reading), this.snapshot);
      this.#accept(snapshot, this.#readFromMs, this.#readFromMs >= atMs ? count : this.#refreshRequests.handled);
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#reading = null;
    }
  }

  #accept(snapshot: Snapshot<TaskRow>, beganAtMs: number, handled: number): void {
    const { clock, intervalMs, onChange } = this.#parts;
    if (!this.snapshot || diff(this.rowStates, snapshot, 1)) {
      this.rowStates = rowStatesOf(snapshot);
      onChange();
    }
    this.snapshot = snapshot;
    this.failure = undefined;
    this.#beganAtMs = beganAtMs;
    this.readAtMs = clock.now();
    this.#refreshRequests = { ...this.#refreshRequests, handled };
    this.#notBeforeMs = this.readAtMs + MIN_GAP_MS;
    this.#dueAtMs = handled < this.#refreshRequests.count ? this.#notBeforeMs : this.readAtMs + intervalMs;
    this.#notify();
  }

  #fail(error: unknown): void {
    const { clock, intervalMs } = this.#parts;
    const nowMs = clock.now();
    // A subscriber that joined meanwhile is served at once; without one, polling ends.
    if (error === NO_SUBSCRIBERS) {
      this.#dueAtMs = nowMs;
      return;
    }
    this.failure = error;
    this.isEnded = isLasting(error);
    if (this.isEnded) this.#stop.abort(error);
    const waitMs = error instanceof UpstreamError ? (error.retryAfterMs ?? 0) : 0;
    this.#notBeforeMs = nowMs + Math.max(MIN_GAP_MS, waitMs);
    this.#dueAtMs = Math.max(nowMs + intervalMs, this.#notBeforeMs);
    this.#notify();
  }

  #notify(): void {
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of listeners) listener();
  }
}
