import { type Answer, failure, fieldViolation, success } from "./answers.js";
import { applicationDetailBody } from "./bodies/application-detail.js";
import { jobDetailBody } from "./bodies/job-detail.js";
import { i18n } from "./bodies/values.js";
import { readToken, writeToken } from "./page-token.js";
import type { World } from "./world.js";

type Query = Readonly<Record<string, unknown>>;

/** Answers `GET /open-apis/hire/v1/jobs/:job_id/get_detail`. */
export function getJobDetail({ jobs, markers }: World, id: string): Answer {
  const job = jobs.get(id);
  const [recruiter] = markers;
  if (!job || !recruiter) return failure(404, 1002601, "Job not exist");
  const { ids, name } = recruiter;
  return success({ job_detail: jobDetailBody(job, { id: ids.open_id, name: i18n(name.zh, name.en) }) });
}

/** Answers `GET /open-apis/hire/v1/applications/:application_id/get_detail`. */
export function getApplicationDetail({ jobs, talents, applications }: World, id: string, options: unknown): Answer {
  const application = applications.get(id);
  const job = jobs.get(application?.job_id ?? "");
  const talent = talents.get(application?.talent_id ?? "");
  if (!application || !job || !talent) return failure(400, 1002201, "Application not exist");
  const { name, mobile_code, mobile_number, email } = talent.basic_info;
  const summaries = {
    job: { id: job.id, name: job.title, code: job.code },
    talent: { id: talent.talent_id, name, mobile_code, mobile_number, email },
  };
  const chosen = [options ?? []].flat().map(String);
  return success({ application_detail: applicationDetailBody(application, summaries, chosen) });
}

const MAX_PAGE_SIZE = 20;

/** Answers `GET /open-apis/hire/v1/jobs` with the fields of the plain read, except the custom fields. */
export function listJobs({ jobs }: World, query: Query, now: number): Answer {
  const size = Number(query.page_size ?? 10);
  if (!Number.isInteger(size) || size < 1 || size > MAX_PAGE_SIZE) {
    return fieldViolation("page_size", query.page_size, "the max value is 20");
  }
  const place = query.page_token ? readToken(String(query.page_token)) : { offset: 0, timestamp: now };
  if (!place) return failure(400, 1002002, "Parameter error");
  const since = Number(query.update_start_time ?? 0);
  const changed = [...jobs.values()].filter((job) => Number(job.update_timestamp) >= since);
  const end = place.offset + size;
  const hasMore = end < changed.length;
  const page_token = hasMore ? writeToken({ ...place, offset: end }) : undefined;
  const items = changed.slice(place.offset, end).map((job) => ({ ...job, customized_data_list: undefined }));
  return success({ items, has_more: hasMore, page_token });
}
