import { z } from "zod";
import { nullIfAbsent, type Send } from "../client.js";
import { i18nRef, i18nText, int, list, maybe, milliseconds, namedRef, text } from "../decode.js";
import { ENDPOINTS } from "../endpoints.js";

/** A reference whose name is in two languages, with whether it is in use (1 enabled, 2 disabled). */
const activeRef = z.object({ id: text, zh_name: text, en_name: text, active_status: int }).transform((ref) => ({
  id: ref.id,
  name: { zhCn: ref.zh_name, enUs: ref.en_name },
  activeStatus: ref.active_status,
}));

const city = z.object({ code: text, name: i18nText });

const job = z
  .object({
    id: z.string().min(1),
    title: text,
    code: text,
    description: text,
    requirement: text,
    active_status: int,
    recruitment_type: maybe(activeRef),
    department: maybe(namedRef),
    min_job_level: maybe(activeRef),
    max_job_level: maybe(activeRef),
    highlight_list: list(namedRef),
    job_category: maybe(activeRef),
    job_type: maybe(namedRef),
    create_user_id: text,
    create_timestamp: milliseconds,
    update_timestamp: milliseconds,
    expiry_timestamp: milliseconds,
    process_type: int,
    process_id: text,
    process_name: text,
    process_en_name: text,
    job_function: maybe(i18nRef),
    subject: maybe(i18nRef),
    head_count: int,
    experience: int,
    min_salary: int,
    max_salary: int,
    required_degree: int,
    city_list: list(city),
    job_attribute: int,
    target_major_list: list(namedRef),
  })
  .transform((data) => ({
    id: data.id,
    title: data.title,
    code: data.code,
    description: data.description,
    requirement: data.requirement,
    activeStatus: data.active_status,
    recruitmentType: data.recruitment_type,
    department: data.department,
    minJobLevel: data.min_job_level,
    maxJobLevel: data.max_job_level,
    highlights: data.highlight_list,
    jobCategory: data.job_category,
    jobType: data.job_type,
    creatorId: data.create_user_id,
    createTime: data.create_timestamp,
    updateTime: data.update_timestamp,
    expiryTime: data.expiry_timestamp,
    processType: data.process_type,
    process: data.process_id === null ? null : processOf(data.process_id, data.process_name, data.process_en_name),
    jobFunction: data.job_function,
    subject: data.subject,
    headCount: data.head_count,
    experience: data.experience,
    minSalary: data.min_salary,
    maxSalary: data.max_salary,
    requiredDegree: data.required_degree,
    cities: data.city_list,
    jobAttribute: data.job_attribute,
    targetMajors: data.target_major_list,
  }));

const processOf = (id: string, zhCn: string | null, enUs: string | null) => ({ id, name: { zhCn, enUs } });

/** A job (职位) as the graph needs it; times in milliseconds since the epoch, salaries in thousands. */
export type JobData = z.output<typeof job>;

const jobAnswer = z.object({ job }).transform((data) => data.job);

/** 404, "Job not exist". */
const JOB_NOT_FOUND = 1002601;

/**
 * One job, or `null` when there is none with that id. One call, 50 a second.
 * @see https://open.feishu.cn/document/ukTMukTMukTM/uMzM1YjLzMTN24yMzUjN/hire-v1/job/get (2024-12-11)
 */
export function getJob(send: Send, jobId: string, signal: AbortSignal): Promise<JobData | null> {
  const answer = send({ endpoint: ENDPOINTS.job, path: { job_id: jobId }, decode: jobAnswer, signal });
  return nullIfAbsent([JOB_NOT_FOUND], answer);
}
