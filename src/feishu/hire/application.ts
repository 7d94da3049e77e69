import { z } from "zod";
import { nullIfAbsent, type Send } from "../client.js";
import { i18nText, int, list, maybe, milliseconds, text } from "../decode.js";
import { ENDPOINTS } from "../endpoints.js";

const stage = z
  .object({ id: text, zh_name: text, en_name: text, type: int })
  .transform((data) => ({ id: data.id, name: { zhCn: data.zh_name, enUs: data.en_name }, type: data.type }));

const resumeSource = z
  .object({ id: text, name: i18nText, resume_source_type: int })
  .transform((data) => ({ id: data.id, name: data.name, type: data.resume_source_type }));

const website = z
  .object({
    website_id: text,
    website_name: i18nText,
    channel: maybe(
      z
        .object({ channel_id: text, channel_name: i18nText })
        .transform((data) => ({ id: data.channel_id, name: data.channel_name })),
    ),
  })
  .transform((data) => ({ id: data.website_id, name: data.website_name, channel: data.channel }));

const stageTime = z
  .object({ stage_id: text, enter_time: milliseconds, exit_time: milliseconds })
  .transform((data) => ({ stageId: data.stage_id, enterTime: data.enter_time, exitTime: data.exit_time }));

const application = z
  .object({
    id: z.string().min(1),
    job_id: text,
    talent_id: text,
    stage: maybe(stage),
    active_status: int,
    delivery_type: int,
    resume_source_id: text,
    resume_source_info: maybe(resumeSource),
    website_resume_source: maybe(website),
    talent_attachment_resume_id: text,
    create_time: milliseconds,
    modify_time: milliseconds,
    stage_time_list: list(stageTime),
    termination_type: int,
    termination_reason_list: list(z.string()),
    termination_reason_note: text,
    application_preferred_city_list: list(z.object({ code: text, name: i18nText })),
    creator_id: text,
  })
  .transform((data) => ({
    id: data.id,
    jobId: data.job_id,
    talentId: data.talent_id,
    stage: data.stage,
    activeStatus: data.active_status,
    deliveryType: data.delivery_type,
    resumeSourceId: data.resume_source_id,
    resumeSource: data.resume_source_info,
    websiteResumeSource: data.website_resume_source,
    resumeAttachmentId: data.talent_attachment_resume_id,
    createTime: data.create_time,
    modifyTime: data.modify_time,
    stageTimes: data.stage_time_list,
    terminationType: data.termination_type,
    terminationReasonIds: data.termination_reason_list,
    terminationReasonNote: data.termination_reason_note,
    preferredCities: data.application_preferred_city_list,
    creatorId: data.creator_id,
  }));

/** An application (投递) as the graph needs it; times in milliseconds since the epoch. */
export type ApplicationData = z.output<typeof application>;

const applicationAnswer = z.object({ application }).transform((data) => data.application);

/** 400; documented for `get_detail` only, the plain read names no code of its own. */
const APPLICATION_NOT_FOUND = 1002201;

/**
 * One application, or `null` when there is none with that id. One call, 50 a second and 1000 a minute.
 * @see https://open.feishu.cn/document/ukTMukTMukTM/uMzM1YjLzMTN24yMzUjN/hire-v1/application/get (2025-12-02)
 */
export function getApplication(
  send: Send,
  applicationId: string,
  signal: AbortSignal,
): Promise<ApplicationData | null> {
  const answer = send({
    endpoint: ENDPOINTS.application,
    path: { application_id: applicationId },
    decode: applicationAnswer,
    signal,
  });
  return nullIfAbsent([APPLICATION_NOT_FOUND], answer);
}
