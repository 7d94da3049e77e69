import type { CallContext } from "../call.js";
import type { Send } from "../client.js";
import {
  i18nCode,
  i18nText,
  int,
  list,
  maybe,
  milliseconds,
  olderName,
  personal,
  shape,
  text,
  userId,
} from "../decode/decode.js";
import { type Infer, string } from "../decode/decoder.js";
import { entity, type LazyEntity } from "../decode/lazy-entity.js";
import { ENDPOINTS } from "../endpoints.js";

const stage = shape({ id: text, ...olderName, type: int }).transform(({ id, type, ...name }) => ({ id, name, type }));

const website = shape({
  id: ["website_id", text],
  name: ["website_name", i18nText],
  channel: maybe(shape({ id: ["channel_id", text], name: ["channel_name", i18nText] })),
});

/** Fields of an application that both endpoints return under the same names. */
export const sharedApplicationFields = {
  id: string(1),
  jobId: text,
  talentId: text,
  stage: maybe(stage),
  activeStatus: int,
  deliveryType: int,
  resumeSource: ["resume_source_info", maybe(shape({ id: text, name: i18nText, type: ["resume_source_type", int] }))],
  websiteResumeSource: maybe(website),
  resumeAttachmentId: ["talent_attachment_resume_id", personal(text)],
  createTime: milliseconds,
  modifyTime: milliseconds,
  stageTimes: ["stage_time_list", list(shape({ stageId: text, enterTime: milliseconds, exitTime: milliseconds }))],
  preferredCities: ["application_preferred_city_list", list(i18nCode)],
  creator: ["creator_id", userId],
} as const;

const application = shape({
  ...sharedApplicationFields,
  resumeSourceId: text,
  terminationType: int,
  terminationReasonIds: ["termination_reason_list", list(string())],
  terminationReasonNote: text,
});

/** An application (投递) as the graph needs it; times in milliseconds since the epoch. */
export type ApplicationData = Infer<typeof application>;

/** Fields of an application that this endpoint provides. */
export const APPLICATION_FIELDS: readonly string[] = application.fieldNames;

const applicationAnswer = entity(application.within("application"));

/** HTTP 400; documented for `get_detail` only. The plain read documents no code of its own. */
export const APPLICATION_NOT_FOUND = 1002201;

/**
 * Returns one application, or `null` if it does not exist. One call; quota: 50 a second and 1000 a minute.
 * @see https://open.feishu.cn/document/ukTMukTMukTM/uMzM1YjLzMTN24yMzUjN/hire-v1/application/get (2025-12-02)
 */
export function getApplication(
  send: Send,
  applicationId: string,
  context: CallContext,
): Promise<LazyEntity<ApplicationData> | null> {
  const call = {
    endpoint: ENDPOINTS.application,
    path: { application_id: applicationId },
    decode: applicationAnswer,
    absentCodes: [APPLICATION_NOT_FOUND],
  };
  return send(call, context);
}
