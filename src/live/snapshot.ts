import type { TaskPage, TaskRow } from "../feishu/hire/tasks.js";
import { TASK_PAGE_SIZE } from "../feishu/hire/tasks.js";
import { paginate, toPage } from "../pagination/paginate.js";
import { confirmedBy, type Snapshot } from "./diff.js";

/** Maximum number of tasks in a polled list: a whole read costs one call per 20 tasks. */
export const MAX_POLLED_TASKS = 400;

/** Error for a list that is too long to be polled. */
export class ListTooLong extends Error {
  override readonly name = "ListTooLong";

  constructor() {
    super(`a subscribed list may have at most ${MAX_POLLED_TASKS} tasks, but this list has more: filter it by status`);
  }
}

/** Reads one page of the list; a token of `null` means the first page. */
export type ReadPage = (token: string | null) => Promise<TaskPage>;

/** Returns a snapshot of the rows. */
export const snapshotOf = (rows: readonly TaskRow[]): Snapshot<TaskRow> => new Map(rows.map((row) => [row.id, row]));

/**
 * Reads a whole list: one call per 20 tasks. A list of several pages is read twice the first time, and whenever tasks
 * are missing. A task may have moved between two pages while they were read.
 * @throws {ListTooLong}, or the failure of a page: a partial list is no result.
 */
export async function readSnapshot(readPage: ReadPage, before: Snapshot<TaskRow> | null): Promise<Snapshot<TaskRow>> {
  const first = await readWhole(readPage);
  const isOnePage = first.size <= TASK_PAGE_SIZE && (before?.size ?? 0) <= TASK_PAGE_SIZE;
  const isWhole = before && [...before.keys()].every((id) => first.has(id));
  if (isOnePage || isWhole) return first;
  return confirmedBy(first, await readWhole(readPage));
}

async function readWhole(readPage: ReadPage): Promise<Snapshot<TaskRow>> {
  const source = {
    async fetchPage(token: string | null) {
      const { items, hasMore, pageToken } = await readPage(token);
      const odd = items.find(({ errors }) => errors?.id);
      // A row that cannot be named cannot be followed.
      if (odd) throw odd.errors?.id;
      return toPage(items, hasMore, pageToken);
    },
    idOf: ({ id }: TaskRow) => id,
    shrinks: true,
    pageSize: TASK_PAGE_SIZE,
  };
  const { rows, hasNextPage, failure } = await paginate(source, null, MAX_POLLED_TASKS);
  if (failure !== undefined) throw failure;
  if (hasNextPage) throw new ListTooLong();
  return snapshotOf(rows.map(({ row }) => row));
}
