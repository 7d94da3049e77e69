import type { TaskRow } from "../feishu/hire/tasks.js";
import { diff, type RowStates, type Snapshot, type SubscriberState } from "./diff.js";

/** A list that is polled for its subscribers. */
export interface PolledSource {
  /** Tasks of the last read; `null` before the first. */
  readonly snapshot: Snapshot<TaskRow> | null;
  /** Row states of the snapshot. The object is replaced only when a state changes. */
  readonly rowStates: RowStates;
  /** Time of the last read. */
  readonly readAtMs: number;
  /** Failure of the last read; `undefined` if it succeeded. */
  readonly failure: unknown;
  /** True if `failure` is permanent. */
  readonly isEnded: boolean;
  /** Name of the replica that reads the list. */
  readonly replica: string;
  /**
   * Returns true if the snapshot is no older than `state`, which a subscriber that joined at `sinceMs` has received.
   */
  isAsNewAs(state: SubscriberState, sinceMs: number): boolean;
  /** Requests a read soon, because the list may have changed. */
  requestRefresh(): void;
  /** Resolves when a change may be available. */
  changed(): Promise<void>;
}

/** Change of a list that a subscriber receives. */
export interface ListChange {
  /** New tasks and tasks in another state: at most `MAX_TASKS_PER_CHANGE`, the others in the next change. */
  readonly rows: readonly TaskRow[];
  /** Tasks that have left the list. */
  readonly removedIds: readonly string[];
  /** Number of tasks in the list; `null` before the first successful read. */
  readonly total: number | null;
  /** State that the subscriber knows from now on; `null` while no state is known. */
  readonly state: SubscriberState | null;
  /** Failure of the last read, which is retried; `undefined` if it succeeded. */
  readonly failure: unknown;
}

/** Maximum number of tasks in one change. */
export const MAX_TASKS_PER_CHANGE = 20;

/** A subscriber of a list. Each change covers everything since the previous one. */
export class Subscriber implements AsyncIterableIterator<ListChange> {
  readonly #list: PolledSource;
  readonly #onLeave: () => void;
  readonly #subscribedAtMs: number;
  #state: SubscriberState | null;
  #isFirst = true;
  #reportedFailure: unknown;
  #isOver = false;

  /** Starts from `since`, a state received earlier, or from the current list if it is `null`. */
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

  /** Ends the subscription, even while a caller waits for the next change. */
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

  /** Reports a failure once; the next change reports the recovery. */
  #reportFailure(failure: unknown): ListChange | null {
    if (this.#reportedFailure !== undefined) return null;
    this.#reportedFailure = failure;
    return { rows: [], removedIds: [], total: this.#list.snapshot?.size ?? null, state: this.#state, failure };
  }
}
