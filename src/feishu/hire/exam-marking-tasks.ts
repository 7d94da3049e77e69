import { z } from "zod";
import type { Send } from "../client.js";
import { int, list, text } from "../decode.js";
import { ENDPOINTS } from "../endpoints.js";

/** Feishu's kinds of user id, as its query parameter spells them. */
export type UserIdType = "open_id" | "union_id" | "user_id" | "people_admin_id";

/** Whose marking tasks (阅卷任务) to list. */
export interface TaskFilter {
  readonly userId: string;
  readonly userIdType: UserIdType;
  /** 1 to be marked (待阅卷), 2 marked (已阅卷), `null` all. */
  readonly activityStatus: number | null;
}

/** A row of the list: ids only, and whether it is done. */
export interface ExamMarkingTaskRow {
  readonly id: string;
  readonly jobId: string;
  readonly talentId: string;
  readonly applicationId: string;
  readonly activityStatus: number | null;
}

/** One page of a task list. */
export interface TaskPage {
  readonly items: readonly ExamMarkingTaskRow[];
  readonly hasMore: boolean;
  readonly pageToken: string | null;
}

/** The maximum, and always asked: a call costs the same whatever its size. */
const PAGE_SIZE = 20;

const id = z.string().min(1);

const taskRow = z.object({ id, job_id: id, talent_id: id, application_id: id, activity_status: int }).transform(
  (row): ExamMarkingTaskRow => ({
    id: row.id,
    jobId: row.job_id,
    talentId: row.talent_id,
    applicationId: row.application_id,
    activityStatus: row.activity_status,
  }),
);

const taskPage = z
  .object({ has_more: z.boolean(), page_token: text, items: list(taskRow) })
  .transform((data): TaskPage => ({ items: data.items, hasMore: data.has_more, pageToken: data.page_token }));

/**
 * One page of a marker's written-exam tasks; `pageToken` `null` asks for the first. One call, 50 a second and 1000 a minute.
 * @see https://open.feishu.cn/document/server-docs/hire-v1/candidate-management/recruitment-process-follow-up/list-2 (2024-07-30)
 */
export function listExamMarkingTasks(
  send: Send,
  filter: TaskFilter,
  pageToken: string | null,
  signal: AbortSignal,
): Promise<TaskPage> {
  return send({
    endpoint: ENDPOINTS.examMarkingTasks,
    query: {
      user_id: filter.userId,
      user_id_type: filter.userIdType,
      activity_status: filter.activityStatus,
      page_size: PAGE_SIZE,
      page_token: pageToken,
    },
    decode: taskPage,
    signal,
  });
}
