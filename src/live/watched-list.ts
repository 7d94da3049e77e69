import type { Clock } from "../clock.js";
import { UpstreamError, type UpstreamErrorCode } from "../feishu/errors.js";
import type { TaskPage, TaskRow } from "../feishu/hire/tasks.js";
import { changesSince, type Known, knownOf, type Listed, type Told } from "../relay/changes.js";
import { Stop, type StopSignal } from "../stop.js";
import { ListTooLong, listedOf, sweep } from "./sweep.js";
import { Watch, type Watchable } from "./watch.js";

/** What a list is watched with. */
export interface WatchedListParts {
  readonly clock: Clock;
  /** Milliseconds between two reads of the list, unless something hints at a change. */
  readonly intervalMs: number;
  readPage(token: string | null, signal: StopSignal): Promise<TaskPage>;
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
const OVER = new Error("nobody watches the list any more");

/** One list that is read again and again, for all who watch it. */
export class WatchedList implements Watchable {
  readonly #parts: WatchedListParts;
  readonly #stop = new Stop();
  readonly #listeners = new Set<() => void>();
  #watchers = 0;
  #isSweeping = false;
  #beganAtMs = Number.NEGATIVE_INFINITY;
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

  /** `onLeave` is told when the watcher has gone. */
  watch(since: Told | null, onLeave: () => void): Watch {
    this.#watchers += 1;
    return new Watch(this, since, () => {
      this.#watchers -= 1;
      this.#tell();
      onLeave();
    });
  }

  changed(): Promise<void> {
    return new Promise((resolve) => this.#listeners.add(resolve));
  }

  isAsNewAs({ asOfMs }: Told): boolean {
    return this.sweptAtMs === asOfMs || this.#beganAtMs >= asOfMs;
  }

  poke(): void {
    const soonMs = Math.max(this.#parts.clock.now(), this.sweptAtMs + MIN_GAP_MS);
    this.#dueAtMs = Math.min(this.#dueAtMs, soonMs);
    this.#nap.abort(WOKEN);
  }

  /** Somebody has read a page of the list. One that is the whole list spares a call; one that brings news calls for the rest. */
  seen(token: string | null, { items, hasMore }: TaskPage): void {
    if (this.#isSweeping || !this.listed) return;
    if (token === null && !hasMore) this.#accept(listedOf(items), this.#parts.clock.now());
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
    const { clock, intervalMs, readPage } = this.#parts;
    const beganAtMs = clock.now();
    this.#isSweeping = true;
    this.#dueAtMs = Number.POSITIVE_INFINITY;
    try {
      this.#accept(await sweep((token) => readPage(token, this.#stop), this.listed), beganAtMs);
    } catch (error) {
      this.failure = error;
      this.isEnded = isLasting(error);
      if (this.isEnded) this.#stop.abort(error);
      const waitMs = error instanceof UpstreamError ? (error.retryAfterMs ?? 0) : 0;
      this.#dueAtMs = clock.now() + Math.max(intervalMs, waitMs);
      this.#tell();
    } finally {
      this.#isSweeping = false;
    }
  }

  #accept(listed: Listed<TaskRow>, beganAtMs: number): void {
    const { clock, intervalMs, onNews } = this.#parts;
    if (!this.listed || changesSince(this.known, listed, 1)) {
      this.known = knownOf(listed);
      onNews();
    }
    this.listed = listed;
    this.failure = undefined;
    this.#beganAtMs = beganAtMs;
    this.sweptAtMs = clock.now();
    // A hint that came while it was read may be of something that was not there yet.
    const isHinted = this.#isSweeping && this.#dueAtMs !== Number.POSITIVE_INFINITY;
    this.#dueAtMs = this.sweptAtMs + (isHinted ? MIN_GAP_MS : intervalMs);
    this.#tell();
  }

  #tell(): void {
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of listeners) listener();
  }
}
