import type { GraphQLResolveInfo } from "graphql";
import { UpstreamError } from "../../feishu/errors.js";
import {
  type Loaders,
  type PageOptions,
  TASK_PAGE_SIZE,
  type TaskFilter,
  type TaskKind,
  type TaskRow,
  type UserIdType,
} from "../../loaders/index.js";
import { toConnection } from "../../pagination/connection.js";
import { maxCalls, type Page, paginate, toPage } from "../../pagination/paginate.js";
import type { ResumePoint } from "../../pagination/resume-point.js";
import { optionalCursor, parseFirst, parseUserId } from "../args.js";
import { cursorCodecOf, type GraphContext } from "../context.js";
import { RequestError } from "../errors.js";
import { EXAMS_WITHOUT_MARKER } from "../exam/read.js";
import { type ConnectionOf, withInterruption } from "../schema/connection-types.js";
import { selectionOf } from "../selection.js";
import { rowSelectionsOf } from "./row-selections.js";
import { type TaskNode, toTask } from "./task.js";

/** Arguments of every task list. */
export interface TaskListArgs {
  readonly userId: string;
  readonly userIdType: UserIdType;
  readonly status?: number | null;
  readonly first: number;
  readonly after?: string | null;
}

/** Reads one page of a task list. Rejects bad arguments before the first call. */
export async function readTasks(
  kind: TaskKind,
  args: TaskListArgs,
  context: GraphContext,
  info: GraphQLResolveInfo,
): Promise<ConnectionOf<TaskNode>> {
  const { loaders, settings, logError } = context;
  const { userIdType, status = null } = args;
  const after = optionalCursor(args.after);
  const first = parseFirst(args.first, settings.maxFirst);
  const filter: TaskFilter = { userId: parseUserId("userId", args.userId), userIdType, activityStatus: status };
  const codec = cursorCodecOf(context, [kind, filter.userId, userIdType, String(status)]);
  const start = after === null ? null : codec.decode(after);
  // Checked even if `first` is 0: a caller without access to the list gets an error.
  await loaders.admitList(kind, filter);
  const node = selectionOf(info).under("edges").under("node");
  const selections = rowSelectionsOf(node);
  const plannedCalls = maxCalls(first, TASK_PAGE_SIZE, start);
  let calls = 0;
  const source = {
    async fetchPage(token: string | null, mayBeCached: boolean) {
      const how = { mayBeCached, isExtra: calls >= plannedCalls };
      const page = await fetchPage(loaders, kind, filter, token, how, start);
      if (!page.isCached) calls += 1;
      return page;
    },
    idOf: (row: TaskRow) => row.id,
    shrinks: status !== null,
    pageSize: TASK_PAGE_SIZE,
    onRows: (rows: readonly TaskRow[]) => loaders.prefetchRows(rows, selections),
  };
  const walk = await paginate(source, start, first);
  if (node.under("application").names.has("exams"))
    startExams(
      loaders,
      walk.rows.map(({ row }) => row.applicationId),
    );
  const assignee = { id: filter.userId, idType: userIdType };
  const connection = toConnection(walk, codec, after, (row) => toTask(row, assignee));
  return withInterruption(connection, (error) => logError(error, info.fieldName));
}

async function fetchPage(
  loaders: Loaders,
  kind: TaskKind,
  filter: TaskFilter,
  token: string | null,
  how: PageOptions,
  start: ResumePoint | null,
): Promise<Page<TaskRow>> {
  try {
    const { items, hasMore, pageToken, isCached } = await loaders.taskPage(kind, filter, token, how);
    return toPage(items, hasMore, pageToken, isCached);
  } catch (error) {
    const stored = start ? [start.page, ...start.earlier, { token: start.nextToken }].map((mark) => mark.token) : [];
    if (token !== null && stored.includes(token) && isBadRequest(error)) {
      throw new RequestError(
        "CURSOR_EXPIRED",
        "after: Feishu no longer accepts this position in the list; start again without `after`",
      );
    }
    throw error;
  }
}

/**
 * Returns true for the error that Feishu sends for an expired page token. It has no separate code for this, but it
 * accepted the other parameters when it issued the token.
 */
const isBadRequest = (error: unknown): boolean =>
  error instanceof UpstreamError && error.code === "UPSTREAM_BAD_REQUEST";

/**
 * Requests the exams of all applications at once. Applications arrive separately, and each would otherwise request its
 * exams in a call of its own.
 */
function startExams(loaders: Loaders, applicationIds: readonly (string | null)[]): void {
  // The resolver gets the same promise and reports its failure.
  for (const id of applicationIds) if (id) loaders.exams(id, EXAMS_WITHOUT_MARKER).catch(() => {});
}
