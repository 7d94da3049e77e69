import type { TaskRow } from "../feishu/hire/tasks.js";
import { changesSince, type Known, type Listed, type Told } from "./diff.js";

/** A list that is read for its watchers. */
export interface Watchable {
  /** Its tasks as they were last read; `null` until then. */
  readonly listed: Listed<TaskRow> | null;
  /** The same as watchers know it: the same object as long as it says the same. */
  readonly known: Known;
  /** When it was last read. */
  readonly sweptAtMs: number;
  /** Why it could not be read when it was last tried; `undefined` when it could. */
  readonly failure: unknown;
  /** `failure` will not pass. */
  readonly isEnded: boolean;
  /** The name of the process that reads it. */
  readonly replica: string;
  /** Whether what is in hand is no older than what was told to somebody who has been here since `sinceMs`. */
  isAsNewAs(told: Told, sinceMs: number): boolean;
  /** Something hints at a change: it is read again soon. */
  poke(): void;
  /** Resolves when there may be something to tell. */
  changed(): Promise<void>;
}

/** What a watcher is told. */
export interface ListChange {
  /** New tasks, and those in another state; `MAX_TASKS_TOLD` at most, and more in the next change. */
  readonly rows: readonly TaskRow[];
  /** Tasks that have left the list. */
  readonly removedIds: readonly string[];
  /** How many tasks are in the list; `null` until it could be read. */
  readonly total: number | null;
  /** What the watcher knows from now on; `null` while there is nothing to know. */
  readonly told: Told | null;
  /** Why the list cannot be read just now; it is tried again. `undefined` when it can. */
  readonly failure: unknown;
}

/** Tasks in one change. */
export const MAX_TASKS_TOLD = 20;

/** One watcher of a list: gives what has become of it since it was last asked, all changes in between taken together. */
export class Watch implements AsyncIterableIterator<ListChange> {
  readonly #list: Watchable;
  readonly #leave: () => void;
  readonly #cameAtMs: number;
  #told: Told | null;
  #isFirst = true;
  #toldFailure: unknown;
  #isOver = false;

  /** `since` is what the watcher has been told before: `null` when it begins with what there is. */
  constructor(list: Watchable, cameAtMs: number, since: Told | null, leave: () => void) {
    this.#list = list;
    this.#leave = leave;
    this.#cameAtMs = cameAtMs;
    this.#told = since;
    if (since && !list.isAsNewAs(since, cameAtMs)) list.poke();
  }

  async next(): Promise<IteratorResult<ListChange>> {
    for (;;) {
      if (this.#isOver) return { done: true, value: undefined };
      if (this.#list.isEnded) {
        await this.return();
        throw this.#list.failure;
      }
      const value = this.#take();
      if (value) return { done: false, value };
      await this.#list.changed();
    }
  }

  /** Ends it, whoever waits for the next change. */
  async return(): Promise<IteratorResult<ListChange>> {
    if (!this.#isOver) {
      this.#isOver = true;
      this.#leave();
    }
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #take(): ListChange | null {
    const { listed, known, failure, sweptAtMs, replica } = this.#list;
    if (failure !== undefined) return this.#tellFailure(failure);
    if (!listed || (this.#isFirst && this.#told && !this.#list.isAsNewAs(this.#told, this.#cameAtMs))) return null;
    const isRecovered = this.#toldFailure !== undefined;
    const before = this.#told?.known ?? known;
    const changes = before === known ? null : changesSince(before, listed, MAX_TASKS_TOLD);
    if (!changes && !this.#isFirst && !isRecovered) return null;
    this.#isFirst = false;
    this.#toldFailure = undefined;
    const isAll = !changes || changes.rows.length < MAX_TASKS_TOLD;
    this.#told = { known: isAll ? known : changes.known, asOfMs: sweptAtMs, replica };
    const { rows = [], removedIds = [] } = changes ?? {};
    return { rows, removedIds, total: listed.size, told: this.#told, failure: undefined };
  }

  /** A failure is told once, and then that it is over. */
  #tellFailure(failure: unknown): ListChange | null {
    if (this.#toldFailure !== undefined) return null;
    this.#toldFailure = failure;
    return { rows: [], removedIds: [], total: this.#list.listed?.size ?? null, told: this.#told, failure };
  }
}
