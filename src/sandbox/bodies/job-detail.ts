import { JOB_DETAIL } from "./templates/job-detail.js";
import { i18n, msAt } from "./values.js";

type Job = ReturnType<typeof import("./job.js").jobBody>;

/** Converts `{ zh_name, en_name }` of the plain read to `{ name: { zh_cn, en_us } }` of the detail. */
const renamed = <T extends { id: string; zh_name: string; en_name: string }>({ zh_name, en_name, ...rest }: T) => ({
  ...rest,
  name: i18n(zh_name, en_name),
});

/** Returns `data.job_detail` of `GET /open-apis/hire/v1/jobs/:job_id/get_detail`, consistent with the plain read. */
export function jobDetailBody(job: Job, recruiter: { id: string; name: { zh_cn: string; en_us: string } }) {
  return {
    ...JOB_DETAIL,
    basic_info: {
      ...JOB_DETAIL.basic_info,
      id: job.id,
      title: job.title,
      description: job.description,
      code: job.code,
      requirement: job.requirement,
      recruitment_type: renamed(job.recruitment_type),
      department: renamed(job.department),
      min_job_level: renamed(job.min_job_level),
      max_job_level: renamed(job.max_job_level),
      highlight_list: job.highlight_list.map(renamed),
      job_category: renamed(job.job_category),
      job_type: renamed(job.job_type),
      active_status: job.active_status,
      creator_id: job.create_user_id,
      create_time: job.create_timestamp,
      update_time: job.update_timestamp,
      expiry_time: job.expiry_timestamp,
      process_type: job.process_type,
      process_id: job.process_id,
      process_name: i18n(job.process_name, job.process_en_name),
      customized_data_list: job.customized_data_list,
      job_function: job.job_function,
      subject: job.subject,
      head_count: job.head_count,
      experience: job.experience,
      min_salary: job.min_salary,
      max_salary: job.max_salary,
      required_degree: job.required_degree,
      city_list: job.city_list,
      job_attribute: job.job_attribute,
      target_major_list: job.target_major_list.map(renamed),
      storefront_mode: 1,
    },
    recruiter,
    assistant_list: [recruiter],
    hiring_manager_list: [recruiter],
    storefront_list: JOB_DETAIL.storefront_list.map((store) => ({ ...store, create_time: msAt(-30) })),
  };
}
