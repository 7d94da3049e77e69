import type { TaskRow } from "../world.js";
import { i18n, idOf, msAt } from "./values.js";

/** Returns one of `data.items` of `POST /open-apis/hire/v1/tests/search`. */
export function examBody(task: TaskRow, n: number, reviewer: string) {
  const marked = task.activity_status === 2;
  return {
    test_id: idOf(5, n),
    application_id: task.application_id,
    talent_id: task.talent_id,
    job_id: task.job_id,
    test_paper_id: idOf(6, 200 + (n % 3)),
    test_paper_name: n % 2 ? "Data structures" : "数据结构",
    test_paper_source_id: "5",
    test_paper_source_name: i18n("自建题库", "In-house bank"),
    reply_status: 1,
    test_status: marked ? 5 : 4,
    test_schedule: { start_time: msAt(-6), end_time: msAt(-5) },
    test_complete_time: msAt(-5),
    report_url_list: ["https://files.example.test/report"],
    result_detail_list: [{ subject: "Algorithms", result: "pass" }],
    result_upload_time: msAt(-4),
    score: marked ? String(60 + (n % 41)) : "",
    score_submit_time: msAt(-3),
    reviewer,
    review_created_at: msAt(-5),
    created_at: msAt(-8),
  };
}
