import type { TaskPage, TaskRow } from "../feishu/hire/tasks.js";
import { TASK_PAGE_SIZE } from "../feishu/hire/tasks.js";
import { paginate, toPage } from "../pagination/paginate.js";
import { confirmedBy, type Snapshot } from "./diff.js";

/** The most tasks of a list that is watched: reading it whole takes as many twentieths of calls. */
export const MAX_POLLED_TASKS = 400;

/** A list cannot be watched, for it is too long to be read again and again. */
export class ListTooLong extends Error {
  override readonly name = "ListTooLong";

  constructor() {
    super(`the list has more than ${MAX_POLLED_TASKS} tasks, too many to be watched: choose a status`);
  }
}

/** Reads one page of the list; `null` is the first. */
export type ReadPage = (token: string | null) => Promise<TaskPage>;

/** Rows by their ids. */
export const snapshotOf = (rows: readonly TaskRow[]): Snapshot<TaskRow> => new Map(rows.map((row) => [row.id, row]));

/**
 * Reads a list whole: one call for 20 tasks. A list of more pages than one is read twice when it is read for the first time, and
 * when tasks have gone from it: a task may have moved between two pages while they were read.
 * @throws {ListTooLong}, or what a page fails with: half a list is none.
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
