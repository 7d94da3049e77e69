import { type CancelSignal, CancelSource } from "../core/cancellation.js";
import type { Clock } from "../core/clock.js";
import { UpstreamError, type UpstreamErrorCode } from "../feishu/errors.js";
import type { TaskPage, TaskRow } from "../feishu/hire/tasks.js";
import { changesSince, type Known, knownOf, type Listed, type Told } from "./diff.js";
import { ListTooLong, listedOf, sweep } from "./snapshot.js";
import { Watch, type Watchable } from "./subscriber.js";

/** What a list is watched with. */
export interface WatchedListParts {
  readonly clock: Clock;
  /** Milliseconds between two reads of the list, unless something hints at a change. */
  readonly intervalMs: number;
  /** The name of this process among those that read the same list: their clocks differ. */
  readonly replica: string;
  readPage(token: string | null, signal: CancelSignal): Promise<TaskPage>;
  /** It has changed, or is read for the first time. */
  onNews(): void;
  /** Nobody watches any more, or nobody can: it is over. */
  onEnd(): void;
}

/** However many hints there are, a list is not read more often. */
const MIN_GAP_MS = 1000;

/** What asking again does not change. */
const LASTING: ReadonlySet<UpstreamErrorCode> = new Set([
  "UPSTREAM_BAD_REQUEST",
  "UPSTREAM_PERMISSION_MISSING",
  "UPSTREAM_QUOTA_EXHAUSTED",
]);

const isLasting = (error: unknown): boolean =>
  error instanceof ListTooLong || (error instanceof UpstreamError && LASTING.has(error.code));

const WOKEN = new Error("there is a reason to look again");
const OVER = new Error("the list is watched no more");
const UNWATCHED = new Error("the last who watched has left");

/** One list that is read again and again, for all who watch it. */
export class WatchedList implements Watchable {
  readonly #parts: WatchedListParts;
  readonly #stop = new CancelSource();
  readonly #listeners = new Set<() => void>();
  #watchers = 0;
  /** Ends the read that is under way; `null` between two. */
  #reading: CancelSource | null = null;
  /** When the oldest page of the read under way was asked for: it may have been somebody else's before. */
  #readFromMs = 0;
  /** Reasons to look again, and how many of them the last read has taken account of. */
  #hints = { count: 0, atMs: Number.NEGATIVE_INFINITY, heeded: 0 };
  #beganAtMs = Number.NEGATIVE_INFINITY;
  /** No read begins before that, whatever hints there are. */
  #notBeforeMs = Number.NEGATIVE_INFINITY;
  #dueAtMs: number;
  #nap = new AbortController();
  listed: Listed<TaskRow> | null = null;
  known: Known = new Map();
  sweptAtMs = Number.NEGATIVE_INFINITY;
  failure: unknown;
  isEnded = false;

  constructor(parts: WatchedListParts) {
    this.#parts = parts;
    this.#dueAtMs = parts.clock.now();
    void this.#follow();
  }

  get replica(): string {
    return this.#parts.replica;
  }

  /** `onLeave` is told when the watcher has gone. */
  watch(since: Told | null, onLeave: () => void): Watch {
    this.#watchers += 1;
    return new Watch(this, this.#parts.clock.now(), since, () => {
      this.#watchers -= 1;
      if (this.#watchers === 0) this.#reading?.abort(UNWATCHED);
      this.#tell();
      onLeave();
    });
  }

  changed(): Promise<void> {
    return new Promise((resolve) => this.#listeners.add(resolve));
  }

  isAsNewAs({ asOfMs, replica }: Told, sinceMs: number): boolean {
    const isOurs = replica === this.#parts.replica;
    return isOurs ? this.sweptAtMs === asOfMs || this.#beganAtMs >= asOfMs : this.#beganAtMs >= sinceMs;
  }

  poke(): void {
    const nowMs = this.#parts.clock.now();
    this.#hints = { ...this.#hints, count: this.#hints.count + 1, atMs: nowMs };
    this.#dueAtMs = Math.min(this.#dueAtMs, Math.max(nowMs, this.#notBeforeMs));
    this.#nap.abort(WOKEN);
  }

  /**
   * Somebody has read a page of the list, which was asked for at `askedAtMs`. One that is the whole list spares a call; one that
   * brings news calls for the rest.
   */
  seen(token: string | null, { items, hasMore }: TaskPage, askedAtMs: number): void {
    this.#readFromMs = Math.min(this.#readFromMs, askedAtMs);
    // What was asked for before the last read says nothing new.
    if (this.#reading || !this.listed || askedAtMs < this.#beganAtMs) return;
    const isNewerThanHints = askedAtMs > this.#hints.atMs;
    if (token === null && !hasMore)
      this.#accept(listedOf(items), askedAtMs, isNewerThanHints ? this.#hints.count : this.#hints.heeded);
    else if (changesSince(this.known, listedOf(items), 1)?.rows.length) this.poke();
  }

  /** Whether the list has one of these applications or talents. */
  refersTo(ids: ReadonlySet<string>): boolean {
    return [...(this.listed?.values() ?? [])].some(
      ({ applicationId, talentId }) => ids.has(applicationId ?? "") || ids.has(talentId ?? ""),
    );
  }

  /** Nobody is told anything any more. */
  close(): void {
    this.#stop.abort(OVER);
    this.#reading?.abort(OVER);
    this.#nap.abort(OVER);
    this.#tell();
  }

  async #follow(): Promise<void> {
    while (!this.#stop.aborted) {
      await this.#rest();
      if (this.#stop.aborted || this.#watchers === 0) break;
      await this.#sweep();
    }
    this.#parts.onEnd();
  }

  async #rest(): Promise<void> {
    const { clock } = this.#parts;
    while (!this.#stop.aborted && clock.now() < this.#dueAtMs) {
      this.#nap = new AbortController();
      await clock.sleep(this.#dueAtMs - clock.now(), this.#nap.signal).catch(() => {});
    }
  }

  async #sweep(): Promise<void> {
    const { clock, readPage } = this.#parts;
    const { count, atMs } = this.#hints;
    const reading = new CancelSource();
    this.#reading = reading;
    this.#readFromMs = clock.now();
    try {
      const listed = await sweep((token) => readPage(token, reading), this.listed);
      this.#accept(listed, this.#readFromMs, this.#readFromMs >= atMs ? count : this.#hints.heeded);
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#reading = null;
    }
  }

  #accept(listed: Listed<TaskRow>, beganAtMs: number, heeded: number): void {
    const { clock, intervalMs, onNews } = this.#parts;
    if (!this.listed || changesSince(this.known, listed, 1)) {
      this.known = knownOf(listed);
      onNews();
    }
    this.listed = listed;
    this.failure = undefined;
    this.#beganAtMs = beganAtMs;
    this.sweptAtMs = clock.now();
    this.#hints = { ...this.#hints, heeded };
    this.#notBeforeMs = this.sweptAtMs + MIN_GAP_MS;
    this.#dueAtMs = heeded < this.#hints.count ? this.#notBeforeMs : this.sweptAtMs + intervalMs;
    this.#tell();
  }

  #fail(error: unknown): void {
    const { clock, intervalMs } = this.#parts;
    const nowMs = clock.now();
    // Whoever has come meanwhile is served at once, and otherwise that was it.
    if (error === UNWATCHED) {
      this.#dueAtMs = nowMs;
      return;
    }
    this.failure = error;
    this.isEnded = isLasting(error);
    if (this.isEnded) this.#stop.abort(error);
    const waitMs = error instanceof UpstreamError ? (error.retryAfterMs ?? 0) : 0;
    this.#notBeforeMs = nowMs + Math.max(MIN_GAP_MS, waitMs);
    this.#dueAtMs = Math.max(nowMs + intervalMs, this.#notBeforeMs);
    this.#tell();
  }

  #tell(): void {
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of listeners) listener();
  }
}
