import { APPLICATION_DETAIL } from "./templates/application-detail.js";

type Application = ReturnType<typeof import("./application.js").applicationBody>;

/** Response field that each option adds. */
const BY_OPTION = {
  with_job: "job",
  with_talent: "talent",
  with_interview: "interview_aggregation",
  with_offer: "offer",
  with_evaluation: "evaluations",
  with_employee: "employee",
  with_agency: "agency",
  with_portal: "portal",
  with_referral: "referral",
} as const;

/** Job and talent as the response repeats them. */
export interface Summaries {
  readonly job: { id: string; name: string; code: string };
  readonly talent: { id: string; name: string; mobile_code: string; mobile_number: string; email: string };
}

/**
 * Returns `data.application_detail` of `GET /open-apis/hire/v1/applications/:application_id/get_detail`.
 * It is consistent with the plain read. Without options it contains only `basic_info`.
 */
export function applicationDetailBody(application: Application, summaries: Summaries, options: readonly string[]) {
  const whole = { ...APPLICATION_DETAIL, ...summaries };
  const chosen = Object.entries(BY_OPTION).flatMap(([option, key]) =>
    options.includes(option) ? [[key, whole[key]]] : [],
  );
  const { onboard_status, termination_reason, owner_id, terminator_id } = APPLICATION_DETAIL.basic_info;
  return {
    basic_info: { ...basicOf(application), onboard_status, termination_reason, owner_id, terminator_id },
    ...Object.fromEntries(chosen),
  };
}

/** Fields of the plain read that the detail omits. */
const ONLY_PLAIN = new Set([
  "resume_source_id",
  "termination_type",
  "termination_reason_list",
  "termination_reason_note",
]);

const basicOf = (application: Application): object =>
  Object.fromEntries(Object.entries(application).filter(([key]) => !ONLY_PLAIN.has(key)));
