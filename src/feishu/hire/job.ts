import type { CallContext } from "../call.js";
import type { Send } from "../client.js";
import {
  dayOfMilliseconds,
  i18nCode,
  i18nRef,
  int,
  list,
  maybe,
  milliseconds,
  namedRef,
  olderName,
  shape,
  text,
  userId,
} from "../decode/decode.js";
import { type Infer, string } from "../decode/decoder.js";
import { entity, type LazyEntity } from "../decode/lazy-entity.js";
import { ENDPOINTS } from "../endpoints.js";
import { jobCustomField } from "./custom-field.js";

/** A reference with a status (1 enabled, 2 disabled). */
const activeRef = shape({ id: text, activeStatus: int, ...olderName }).transform(({ id, activeStatus, ...name }) => ({
  id,
  name,
  activeStatus,
}));

/** The older field for a single city, beside `city_list`. */
const olderCity = shape({ code: ["city_code", text], ...olderName }).transform(({ code, ...name }) => ({ code, name }));

/** Fields of a job that both endpoints return in the same form. */
export const sharedJobFields = {
  id: string(1),
  title: text,
  code: text,
  description: text,
  requirement: text,
  activeStatus: int,
  processType: int,
  customFields: ["customized_data_list", list(jobCustomField)],
  jobFunction: maybe(i18nRef),
  subject: maybe(i18nRef),
  headCount: int,
  experience: int,
  minSalary: int,
  maxSalary: int,
  requiredDegree: int,
  cities: ["city_list", list(i18nCode)],
  jobAttribute: int,
} as const;

/** The recruitment process (招聘流程), with its name in sibling fields. */
const process = shape({
  id: ["process_id", text],
  zhCn: ["process_name", text],
  enUs: ["process_en_name", text],
}).transform(({ id, ...name }) => (id === null ? null : { id, name }));

/** Decoder for a job as both the single read and the list return it. */
export const job = shape({
  ...sharedJobFields,
  recruitmentType: maybe(activeRef),
  department: maybe(namedRef),
  city: maybe(olderCity),
  minJobLevel: maybe(activeRef),
  maxJobLevel: maybe(activeRef),
  highlights: ["highlight_list", list(namedRef)],
  jobCategory: maybe(activeRef),
  jobType: maybe(namedRef),
  creator: ["create_user_id", userId],
  createTime: ["create_timestamp", milliseconds],
  updateTime: ["update_timestamp", milliseconds],
  expiryTime: ["expiry_timestamp", milliseconds],
  expiryDate: ["expiry_timestamp", dayOfMilliseconds],
  process: [null, process],
  targetMajors: ["target_major_list", list(namedRef)],
});

/** A job (职位) as the graph needs it; times in milliseconds since the epoch, salaries in thousands. */
export type JobData = Infer<typeof job>;

/** Fields of a job that this endpoint provides. */
export const JOB_FIELDS: readonly string[] = job.fieldNames;

const jobAnswer = entity(job.within("job"));

/** HTTP 404, "Job not exist". */
export const JOB_NOT_FOUND = 1002601;

/**
 * Returns one job, or `null` if it does not exist. One call; quota: 50 a second.
 * @see https://open.feishu.cn/document/ukTMukTMukTM/uMzM1YjLzMTN24yMzUjN/hire-v1/job/get (2024-12-11)
 */
export function getJob(send: Send, jobId: string, context: CallContext): Promise<LazyEntity<JobData> | null> {
  const path = { job_id: jobId };
  return send({ endpoint: ENDPOINTS.job, path, decode: jobAnswer, absentCodes: [JOB_NOT_FOUND] }, context);
}
