import { i18n, idOf, msAt } from "./values.js";

/** Returns `data.application` of `GET /open-apis/hire/v1/applications/:application_id`. */
export function applicationBody(
  ids: { id: string; jobId: string; talentId: string },
  n: number,
  creatorOpenId: string,
) {
  return {
    id: ids.id,
    job_id: ids.jobId,
    talent_id: ids.talentId,
    resume_source_id: idOf(6, 80),
    stage: { id: idOf(6, 130), zh_name: "笔试", en_name: "Written test", type: 3 },
    active_status: 1,
    delivery_type: 1 + (n % 2),
    resume_source_info: { id: idOf(6, 80), name: i18n("官网", "Career site"), resume_source_type: 10_003 },
    website_resume_source: {
      website_id: idOf(6, 140),
      website_name: i18n("招聘官网", "Careers"),
      channel: { channel_id: idOf(6, 150), channel_name: i18n("校园大使", "Campus ambassador") },
    },
    talent_attachment_resume_id: idOf(6, 2000 + n),
    create_time: msAt(-14),
    modify_time: msAt(-1),
    stage_time_list: [
      { stage_id: idOf(6, 129), enter_time: msAt(-14), exit_time: msAt(-7) },
      { stage_id: idOf(6, 130), enter_time: msAt(-7), exit_time: "" },
    ],
    termination_type: 27,
    termination_reason_list: [idOf(6, 160)],
    termination_reason_note: "",
    application_preferred_city_list: [{ code: "CT_1", name: i18n("杭州", "Hangzhou") }],
    creator_id: creatorOpenId,
  };
}
