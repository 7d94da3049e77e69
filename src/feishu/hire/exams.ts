import { readAllPages } from "../all-pages.js";
import type { CallContext } from "../call.js";
import type { Send } from "../client.js";
import { flag, i18nText, int, list, maybe, milliseconds, shape, text } from "../decode/decode.js";
import { type Infer, string } from "../decode/decoder.js";
import { ENDPOINTS } from "../endpoints.js";

const exam = shape({
  id: ["test_id", text],
  applicationId: text,
  talentId: text,
  jobId: text,
  paperId: ["test_paper_id", text],
  paperName: ["test_paper_name", text],
  paperSourceId: ["test_paper_source_id", text],
  paperSourceName: ["test_paper_source_name", i18nText],
  replyStatus: int,
  status: ["test_status", int],
  schedule: ["test_schedule", maybe(shape({ startTime: milliseconds, endTime: milliseconds }))],
  completeTime: ["test_complete_time", milliseconds],
  reportUrls: ["report_url_list", list(string())],
  results: ["result_detail_list", list(shape({ subject: text, result: text }))],
  resultUploadTime: milliseconds,
  score: text,
  scoreSubmitTime: milliseconds,
  reviewerId: ["reviewer", text],
  reviewCreateTime: ["review_created_at", milliseconds],
  createTime: ["created_at", milliseconds],
});

/** A written exam (笔试) arranged for an application. */
export type ExamData = Infer<typeof exam>;

const examPage = shape({ hasMore: flag, pageToken: text, items: list(exam.lenient()) });

/** Maximum application ids per call, and maximum rows per page. */
export const MAX_APPLICATIONS = 100;

/** Kinds of user id that this endpoint returns. */
export type ReviewerIdType = "open_id" | "union_id" | "user_id";

/**
 * Returns the exams of up to 100 applications, read to the last page. One call per 100 exams; quota: 50 a second and
 * 1000 a minute.
 * @see https://open.feishu.cn/document/ukTMukTMukTM/uMzM1YjLzMTN24yMzUjN/hire-v1/test/search (2024-12-26)
 */
export function searchExams(
  send: Send,
  applicationIds: readonly string[],
  userIdType: ReviewerIdType,
  context: CallContext,
): Promise<ExamData[]> {
  return readAllPages((pageToken) =>
    send(
      {
        endpoint: ENDPOINTS.exams,
        query: { page_size: MAX_APPLICATIONS, page_token: pageToken, user_id_type: userIdType },
        body: { application_id_list: applicationIds },
        decode: examPage,
      },
      // The estimate includes only the first page.
      pageToken === null ? context : { ...context, isExtra: true },
    ),
  );
}
