import type { CallContext } from "../call.js";
import type { Send } from "../client.js";
import {
  dayOfMilliseconds,
  flag,
  i18nCode,
  i18nRef,
  i18nText,
  int,
  list,
  maybe,
  milliseconds,
  personal,
  shape,
  text,
  userId,
  userRef,
  userRefs,
} from "../decode/decode.js";
import type { Infer } from "../decode/decoder.js";
import { entity, type LazyEntity } from "../decode/lazy-entity.js";
import { ENDPOINTS } from "../endpoints.js";
import { JOB_NOT_FOUND, sharedJobFields } from "./job.js";

/** A reference with a status (1 enabled, 2 disabled). */
const activeRef = shape({ id: text, name: i18nText, activeStatus: int });

/** An address (地址), from the district up to the country. */
const address = shape({
  id: text,
  name: i18nText,
  district: maybe(i18nCode),
  city: maybe(i18nCode),
  state: maybe(i18nCode),
  country: maybe(i18nCode),
});

/** The recruitment process (招聘流程), with its name in a sibling field. */
const process = shape({ id: ["process_id", text], name: ["process_name", i18nText] }).transform(({ id, name }) =>
  id === null ? null : { id, name },
);

const basic = shape({
  ...sharedJobFields,
  recruitmentType: maybe(activeRef),
  department: maybe(i18nRef),
  minJobLevel: maybe(activeRef),
  maxJobLevel: maybe(activeRef),
  highlights: ["highlight_list", list(i18nRef)],
  jobCategory: maybe(activeRef),
  jobType: maybe(i18nRef),
  creator: ["creator_id", userId],
  createTime: milliseconds,
  updateTime: milliseconds,
  expiryTime: milliseconds,
  expiryDate: ["expiry_time", dayOfMilliseconds],
  process: [null, process],
  targetMajors: ["target_major_list", list(i18nRef)],
  storefrontMode: int,
});

const appointment = shape({
  interviewType: int,
  talentTimezoneCode: text,
  contactUser: ["contact_user_id", userId],
  contactMobile: personal(text),
  contactEmail: personal(text),
  addressId: text,
  videoType: int,
  ccUsers: ["cc", userRefs(userId)],
  remark: text,
  interviewNotificationTemplateId: text,
  appointmentNotificationTemplateId: text,
  cancelInterviewNotificationTemplateId: text,
});

const registration = shape({ id: ["schema_id", text], name: text });

const config = shape({
  offerApplySchema: maybe(i18nRef),
  offerProcess: ["offer_process_conf", maybe(i18nRef)],
  assessmentTemplate: maybe(i18nRef),
  internshipOfferApplySchema: maybe(i18nRef),
  recommendedEvaluators: ["recommended_evaluator_list", userRefs(userRef)],
  interviewRounds: [
    "interview_round_list",
    list(shape({ round: int, interviewers: ["interviewer_list", userRefs(userRef)] })),
  ],
  interviewRegistration: maybe(registration),
  onboardRegistration: maybe(registration),
  interviewRoundTypes: [
    "interview_round_type_list",
    list(shape({ assessmentRound: maybe(i18nRef), assessmentTemplate: maybe(i18nRef) })),
  ],
  relatedJobs: ["related_job_list", list(i18nRef)],
  jobAttribute: int,
  interviewAppointment: [
    "interview_appointment_config",
    maybe(
      shape({
        enabledForInterviewers: ["enable_interview_appointment_by_interviewer", flag],
        config: maybe(appointment),
      }),
    ),
  ],
});

const storefront = shape({
  id: text,
  name: i18nText,
  activeStatus: int,
  department: maybe(i18nRef),
  address: maybe(address),
  manager: maybe(userRef),
  createTime: milliseconds,
  remark: i18nText,
});

const beyondBasic = shape({
  recruiter: maybe(userRef),
  assistants: ["assistant_list", userRefs(userRef)],
  hiringManagers: ["hiring_manager_list", userRefs(userRef)],
  jobRequirements: ["job_requirement_list", list(shape({ id: text, shortCode: text, name: text, departmentId: text }))],
  addresses: ["address_list", list(address)],
  config: ["job_config", maybe(config)],
  storefronts: ["storefront_list", list(storefront)],
  tags: ["tag_list", list(shape({ id: text, name: i18nText, order: int }))],
});

const jobDetail = basic.within("basic_info").and(beyondBasic);

/** A job with all related data. */
export type JobDetailData = Infer<typeof jobDetail>;

/** Fields of a job that this endpoint provides. */
export const JOB_DETAIL_FIELDS: readonly string[] = jobDetail.fieldNames;

const jobDetailAnswer = entity(jobDetail.within("job_detail"));

/**
 * Returns one job with recruiters, addresses and configuration, or `null` if it does not exist. One call; quota: 20 a
 * second. Needs the scope `hire:job.composite_info:readonly`.
 * @see https://open.feishu.cn/document/ukTMukTMukTM/uMzM1YjLzMTN24yMzUjN/hire-v1/job/get_detail (2024-12-04)
 */
export function getJobDetail(
  send: Send,
  jobId: string,
  context: CallContext,
): Promise<LazyEntity<JobDetailData> | null> {
  const path = { job_id: jobId };
  return send({ endpoint: ENDPOINTS.jobDetail, path, decode: jobDetailAnswer, absentCodes: [JOB_NOT_FOUND] }, context);
}
