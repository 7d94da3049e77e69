import {
  float,
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
  userRef,
} from "../decode/decode.js";

/** A place with its administrative level. */
const location = shape({ code: text, name: i18nText, locationType: int });

/** An address (地址) in interviews and offers. */
export const locatedAddress = shape({
  id: text,
  name: i18nText,
  district: maybe(location),
  city: maybe(location),
  state: maybe(location),
  country: maybe(location),
});

const dimensionOption = shape({ id: text, name: i18nText, scoreValue: ["score_val", int] });

const question = shape({
  questionType: int,
  title: i18nText,
  description: i18nText,
  content: text,
  abilities: list(shape({ id: text, name: i18nText, description: i18nText })),
});

const dimension = shape({
  id: ["interview_feedback_form_dimension_id", text],
  name: ["dimension_name", i18nText],
  dimensionType: int,
  weight: float,
  content: ["dimension_content", text],
  option: ["dimension_option", maybe(dimensionOption)],
  options: ["dimension_options", list(dimensionOption)],
  score: ["dimension_score", int],
  recommendedJobLevel: maybe(
    shape({
      lowest: ["lower_limit_job_level_name", i18nText],
      highest: ["higher_limit_job_level_name", i18nText],
    }),
  ),
  questions: ["question_assessments", list(question)],
});

const moduleAssessment = shape({
  id: ["interview_feedback_form_module_id", text],
  name: ["module_name", i18nText],
  moduleType: int,
  weight: ["module_weight", float],
  score: ["module_score", float],
  dimensions: ["dimension_assessments", list(dimension)],
});

const record = shape({
  id: text,
  feedbackFormId: text,
  commitStatus: int,
  submitTime: milliseconds,
  score: ["record_score", maybe(shape({ score: float, totalScore: float }))],
  interviewer: maybe(userRef),
  attachments: list(shape({ fileId: text, fileName: text, contentType: text, createTime: milliseconds })),
  modules: ["module_assessments", list(moduleAssessment)],
});

/** An interview (面试) with its records. */
export const interview = shape({
  id: text,
  applicationId: text,
  stageId: text,
  stage: maybe(i18nRef),
  round: int,
  interviewType: int,
  beginTime: milliseconds,
  endTime: milliseconds,
  talentTimeZone: maybe(i18nCode),
  records: ["interview_record_list", list(record)],
  feedbackSubmitTime: milliseconds,
  creator: maybe(userRef),
  createTime: milliseconds,
  updateTime: milliseconds,
  roundSummary: ["interview_round_summary", int],
  arrangementId: ["interview_arrangement_id", text],
  arrangementStatus: int,
  arrangementType: int,
  appointmentKind: ["arrangement_appointment_kind", int],
  contactUser: maybe(userRef),
  contactMobile: personal(text),
  remark: text,
  address: maybe(locatedAddress),
  videoType: int,
  meetingRooms: [
    "meeting_room_list",
    list(shape({ roomId: text, roomName: text, buildingName: text, floorName: text, reservedStatus: int })),
  ],
  roundType: ["interview_round_type", maybe(i18nRef)],
});
