import { createHash } from "node:crypto";
import type { CallContext } from "../call.js";
import type { Send } from "../client.js";
import { type FieldErrors, int, maybe, shape, text } from "../decode/decode.js";
import { array, boolean, DecodeError, Decoder, orElse, string } from "../decode/decoder.js";
import { ENDPOINTS } from "../endpoints.js";

/** Feishu's kinds of user id, as its query parameter spells them. */
export type UserIdType = "open_id" | "union_id" | "user_id" | "people_admin_id";

/** Feishu's three task lists of an employee. They differ only in their states. */
export type TaskKind = "examMarkingTasks" | "interviewTasks" | "evaluationTasks";

/** Filter of a task list. */
export interface TaskFilter {
  readonly userId: string;
  readonly userIdType: UserIdType;
  /** Code of a state of the list, `null` for all. Exams: 1 to be marked (待阅卷), 2 marked (已阅卷). */
  readonly activityStatus: number | null;
}

/** A row of the list: only ids and the status. */
export interface TaskRow {
  readonly id: string;
  readonly jobId: string | null;
  readonly talentId: string | null;
  readonly applicationId: string | null;
  readonly activityStatus: number | null;
  /** Values that do not match, which are `null` above; a row with an `id` here has a made-up one. */
  readonly errors?: FieldErrors<TaskRow>;
}

/** One page of a task list. */
export interface TaskPage {
  readonly items: readonly TaskRow[];
  readonly hasMore: boolean;
  readonly pageToken: string | null;
}

/** Maximum page size, always requested: a call costs the same whatever its size. */
export const TASK_PAGE_SIZE = 20;
/**
 * Limits on tokens and rows, because cursors contain them and must stay bounded. The documented token has 68
 * characters.
 */
const MAX_TOKEN_CHARS = 1024;
const MAX_ROWS = 100;
const MAX_ID_CHARS = 64;

/** Only a row's own id is required, because cursors are made of it. An empty reference becomes `null`. */
const reference = text.transform((id) => id || null);

const wholeRow = shape({
  id: string(1, MAX_ID_CHARS),
  jobId: reference,
  talentId: reference,
  applicationId: reference,
  activityStatus: int,
});

const NOTHING = { jobId: null, talentId: null, applicationId: null, activityStatus: null };

/** A value that does not match costs its field, not the row, and a row without an id not the page. */
const taskRow = new Decoder((value): TaskRow => {
  try {
    return wholeRow.read(value);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const { known, errors } = wholeRow.readEach(value);
    // The same row gets the same id in every read, because cursors are made of ids.
    const id = createHash("sha256").update(JSON.stringify(value)).digest("hex");
    return { ...NOTHING, id, ...known, errors };
  }
});

/** Gateways may omit members with default values: without `has_more`, a page token says whether a page follows. */
const taskPage: Decoder<TaskPage> = shape({
  hasMore: maybe(boolean),
  pageToken: maybe(string(0, MAX_TOKEN_CHARS)),
  items: orElse(array(taskRow, MAX_ROWS), () => []),
}).transform(({ hasMore, pageToken, items }) => ({
  hasMore: hasMore ?? !!pageToken,
  pageToken,
  items: items.some(({ errors }) => errors?.id) ? withDistinctIds(items) : items,
}));

/** Numbers rows with equal made-up ids: each is a row of its own. */
function withDistinctIds(rows: readonly TaskRow[]): readonly TaskRow[] {
  const counts = new Map<string, number>();
  return rows.map((row) => {
    if (!row.errors?.id) return row;
    const count = (counts.get(row.id) ?? 0) + 1;
    counts.set(row.id, count);
    return { ...row, id: `${row.id}.${count}` };
  });
}

/**
 * Returns one page of an employee's tasks; a `null` `pageToken` requests the first. One call; quota: 50 a second and
 * 1000 a minute.
 * @see https://open.feishu.cn/document/server-docs/hire-v1/candidate-management/recruitment-process-follow-up/list-2
 * (exams, 2024-07-30)
 * @see https://open.larkoffice.com/document/ukTMukTMukTM/uMzM1YjLzMTN24yMzUjN/hire-v1/interview_task/list (2024-07-31)
 * @see https://open.larkoffice.com/document/ukTMukTMukTM/uMzM1YjLzMTN24yMzUjN/hire-v1/evaluation_task/list (2024-07-30)
 */
export function listTasks(
  send: Send,
  kind: TaskKind,
  filter: TaskFilter,
  pageToken: string | null,
  context: CallContext,
): Promise<TaskPage> {
  const query = {
    user_id: filter.userId,
    user_id_type: filter.userIdType,
    activity_status: filter.activityStatus,
    page_size: TASK_PAGE_SIZE,
    page_token: pageToken,
  };
  return send({ endpoint: ENDPOINTS[kind], query, decode: taskPage }, context);
}
