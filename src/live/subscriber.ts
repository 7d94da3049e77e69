import type { TaskRow } from "../feishu/hire/tasks.js";
import { diff, type RowStates, type Snapshot, type SubscriberState } from "./diff.js";

/** A list that is read for its watchers. */
export interface PolledSource {
  /** Its tasks as they were last read; `null` until then. */
  readonly snapshot: Snapshot<TaskRow> | null;
  /** The same as watchers know it: the same object as long as it says the same. */
  readonly rowStates: RowStates;
  /** When it was last read. */
  readonly readAtMs: number;
  /** Why it could not be read when it was last tried; `undefined` when it could. */
  readonly failure: unknown;
  /** `failure` will not pass. */
  readonly isEnded: boolean;
  /** The name of the process that reads it. */
  readonly replica: string;
  /** Whether what is in hand is no older than what was told to somebody who has been here since `sinceMs`. */
  isAsNewAs(state: SubscriberState, sinceMs: number): boolean;
  /** Something hints at a change: it is read again soon. */
  requestRefresh(): void;
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
  readonly state: SubscriberState | null;
  /** Why the list cannot be read just now; it is tried again. `undefined` when it can. */
  readonly failure: unknown;
}

/** Tasks in one change. */
export const MAX_TASKS_PER_CHANGE = 20;

/** One watcher of a list: gives what has become of it since it was last asked, all changes in between taken together. */
export class Subscriber implements AsyncIterableIterator<ListChange> {
  readonly #list: PolledSource;
  readonly #onLeave: () => void;
  readonly #subscribedAtMs: number;
  #state: SubscriberState | null;
  #isFirst = true;
  #reportedFailure: unknown;
  #isOver = false;

  /** `since` is what the watcher has been told before: `null` when it begins with what there is. */
  constructor(list: PolledSource, subscribedAtMs: number, since: SubscriberState | null, onLeave: () => void) {
    this.#list = list;
    this.#onLeave = onLeave;
    this.#subscribedAtMs = subscribedAtMs;
    this.#state = since;
    if (since && !list.isAsNewAs(since, subscribedAtMs)) list.requestRefresh();
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
      this.#onLeave();
    }
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #take(): ListChange | null {
    const { snapshot, rowStates, failure, readAtMs, replica } = this.#list;
    if (failure !== undefined) return this.#reportFailure(failure);
    if (!snapshot || (this.#isFirst && this.#state && !this.#list.isAsNewAs(this.#state, this.#subscribedAtMs)))
      return null;
    const isRecovered = this.#reportedFailure !== undefined;
    const before = this.#state?.rowStates ?? rowStates;
    const changes = before === rowStates ? null : diff(before, snapshot, MAX_TASKS_PER_CHANGE);
    if (!changes && !this.#isFirst && !isRecovered) return null;
    this.#isFirst = false;
    this.#reportedFailure = undefined;
    const isAll = !changes || changes.rows.length < MAX_TASKS_PER_CHANGE;
    this.#state = { rowStates: isAll ? rowStates : changes.rowStates, asOfMs: readAtMs, replica };
    const { rows = [], removedIds = [] } = changes ?? {};
    return { rows, removedIds, total: snapshot.size, state: this.#state, failure: undefined };
  }

  /** A failure is told once, and then that it is over. */
  #reportFailure(failure: unknown): ListChange | null {
    if (this.#reportedFailure !== undefined) return null;
    this.#reportedFailure = failure;
    return { rows: [], removedIds: [], total: this.#list.snapshot?.size ?? null, state: this.#state, failure };
  }
}
