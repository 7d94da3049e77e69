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
import { ROW_TELLS } from "../referenced.js";
import { type Selection, selectionOf } from "../selection.js";
import type { ExamMarkingTasksArgs } from "./args.js";
import { type ExamMarkingTask, toRowId } from "./type.js";

/** Reads one page of a marker's tasks. Everything wrong with the arguments is found before the first call. */
export async function readExamMarkingTasks(
  args: ExamMarkingTasksArgs,
  context: GraphContext,
  info: GraphQLResolveInfo,
): Promise<ConnectionOf<ExamMarkingTask>> {
  const { loaders, settings, logError } = context;
  const { userIdType, status = null, after = null } = args;
  const first = parseFirst(args.first, settings.maxFirst);
  const filter: TaskFilter = { userId: parseUserId("userId", args.userId), userIdType, activityStatus: status };
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
  const toTask = (row: ExamMarkingTaskRow): ExamMarkingTask => ({
    id: row.id,
    status: row.activityStatus,
    jobId: toRowId(row.jobId),
    talentId: toRowId(row.talentId),
    applicationId: toRowId(row.applicationId),
    marker,
  });
  return withInterruption(toConnection(walk, codec, after, toTask), (error) => logError(error, info.fieldName));
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
    const stored = start ? [start.page, ...start.earlier, { token: start.nextToken }].map((mark) => mark.token) : [];
    if (token !== null && stored.includes(token) && isBadRequest(error)) {
      throw new RequestError("CURSOR_EXPIRED", "after: Feishu no longer accepts this place in the list; start again");
    }
    throw error;
  }
}

/** Feishu has no code of its own for a token that it no longer takes. The other parameters were accepted when it gave it. */
const isBadRequest = (error: unknown): boolean =>
  error instanceof UpstreamError && error.code === "UPSTREAM_BAD_REQUEST";

/** Starts what the rows' resolvers will ask for, so that it is on its way while the next page is still being asked. */
function startLookups(loaders: Loaders, node: Selection, rows: readonly ExamMarkingTaskRow[]): void {
  const application = node.under("application");
  const wantsJob = [node, application].some((at) => at.under("job").asksBeyond(ROW_TELLS.job));
  const wantsTalent = [node, application].some((at) => at.under("talent").asksBeyond(ROW_TELLS.talent));
  const wantsApplication = application.asksBeyond(ROW_TELLS.application);
  for (const { jobId, talentId, applicationId } of rows) {
    if (wantsJob && jobId) start(loaders.job.load(jobId));
    if (wantsTalent && talentId) start(loaders.talent.load(talentId));
    if (wantsApplication && applicationId) start(loaders.application.load(applicationId));
  }
}

/** The resolver that asks again gets the same promise, and reports what it fails with. */
function start(lookup: Promise<unknown>): void {
  lookup.catch(() => {});
}
