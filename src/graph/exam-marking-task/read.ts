import type { GraphQLResolveInfo } from "graphql";
import { UpstreamError } from "../../feishu/errors.js";
import type { ExamMarkingTaskRow, Loaders, TaskFilter } from "../../loaders/index.js";
import { toConnection } from "../../relay/connection.js";
import { type Page, toPage, walkPages } from "../../relay/page-walk.js";
import type { ResumePoint } from "../../relay/resume-point.js";
import { parseFirst, parseUserId } from "../args.js";
import { type ConnectionOf, withInterruption } from "../connection-types.js";
import { cursorCodecOf, type GraphContext } from "../context.js";
import { RequestError } from "../errors.js";
import { type Selection, selectionOf } from "../selection.js";
import type { ExamMarkingTasksArgs } from "./args.js";
import type { ExamMarkingTask } from "./type.js";

/** Reads one page of a marker's tasks. Everything wrong with the arguments is found before the first call. */
export async function readExamMarkingTasks(
  args: ExamMarkingTasksArgs,
  context: GraphContext,
  info: GraphQLResolveInfo,
): Promise<ConnectionOf<ExamMarkingTask>> {
  const { loaders, settings } = context;
  const { userIdType, status = null, after = null } = args;
  const first = parseFirst(args.first, settings.maxFirst);
  const filter: TaskFilter = { userId: parseUserId(args.userId), userIdType, activityStatus: status };
  const codec = cursorCodecOf(context, ["examMarkingTasks", filter.userId, userIdType, String(status)]);
  const start = after === null ? null : codec.decode(after);
  const lookups = selectionOf(info).under("edges").under("node");
  const source = {
    fetchPage: (token: string | null) => fetchPage(loaders, filter, token, start),
    idOf: (row: ExamMarkingTaskRow) => row.id,
    shrinks: status !== null,
    onRows: (rows: readonly ExamMarkingTaskRow[]) => startLookups(loaders, lookups, rows),
  };
  const walk = await walkPages(source, start, first);
  const marker = { id: filter.userId, idType: userIdType };
  const toTask = ({ activityStatus, ...ids }: ExamMarkingTaskRow) => ({ ...ids, status: activityStatus, marker });
  return withInterruption(toConnection(walk, codec, after, toTask));
}

async function fetchPage(
  loaders: Loaders,
  filter: TaskFilter,
  token: string | null,
  start: ResumePoint | null,
): Promise<Page<ExamMarkingTaskRow>> {
  try {
    const { items, hasMore, pageToken } = await loaders.listExamMarkingTasks(filter, token);
    return toPage(items, hasMore, pageToken);
  } catch (error) {
    const stored = [start?.page.token, start?.before?.token, start?.nextToken];
    if (token !== null && stored.includes(token) && isBadRequest(error)) {
      throw new RequestError("CURSOR_EXPIRED", "after: Feishu no longer accepts this place in the list; start again");
    }
    throw error;
  }
}

/** Feishu has no code of its own for a token that it no longer takes. The other parameters were accepted when it gave it. */
const isBadRequest = (error: unknown): boolean =>
  error instanceof UpstreamError && error.code === "UPSTREAM_BAD_REQUEST";

const NO_CALL_FOR_ID: ReadonlySet<string> = new Set(["id"]);
const NO_CALL_FOR_APPLICATION: ReadonlySet<string> = new Set(["id", "jobId", "talentId", "job", "talent"]);

/** Starts what the rows' resolvers will ask for, so that it is on its way while the next page is still being asked. */
function startLookups(loaders: Loaders, node: Selection, rows: readonly ExamMarkingTaskRow[]): void {
  const wantsJob = node.under("job").asksBeyond(NO_CALL_FOR_ID);
  const wantsTalent = node.under("talent").asksBeyond(NO_CALL_FOR_ID);
  const wantsApplication = node.under("application").asksBeyond(NO_CALL_FOR_APPLICATION);
  for (const row of rows) {
    if (wantsJob) start(loaders.job.load(row.jobId));
    if (wantsTalent) start(loaders.talent.load(row.talentId));
    if (wantsApplication) start(loaders.application.load(row.applicationId));
  }
}

/** The resolver that asks again gets the same promise, and reports what it fails with. */
function start(lookup: Promise<unknown>): void {
  lookup.catch(() => {});
}
