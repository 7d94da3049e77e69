import type { CallContext } from "../call.js";
import type { Send } from "../client.js";
import {
  dayOfMilliseconds,
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
} from "../decode/decode.js";
import type { Infer } from "../decode/decoder.js";
import { entity, type LazyEntity } from "../decode/lazy-entity.js";
import { ENDPOINTS } from "../endpoints.js";
import { APPLICATION_NOT_FOUND, sharedApplicationFields } from "./application.js";
import { interview } from "./interview.js";
import { offer } from "./offer.js";

const basic = shape({
  ...sharedApplicationFields,
  onboardStatus: int,
  terminationReason: maybe(shape({ id: text, name: i18nText, children: list(i18nRef) })),
  owner: ["owner_id", userId],
  terminator: ["terminator_id", userId],
});

const evaluation = shape({
  id: text,
  applicationId: text,
  stageId: text,
  creator: ["creator_id", userId],
  evaluator: ["evaluator_id", userId],
  commitStatus: int,
  conclusion: int,
  content: text,
  createTime: milliseconds,
  updateTime: milliseconds,
});

const employee = shape({
  id: text,
  applicationId: text,
  onboardStatus: int,
  conversionStatus: int,
  onboardTime: milliseconds,
  onboardDate: ["onboard_time", dayOfMilliseconds],
  expectedConversionTime: milliseconds,
  expectedConversionDate: ["expected_conversion_time", dayOfMilliseconds],
  actualConversionTime: milliseconds,
  actualConversionDate: ["actual_conversion_time", dayOfMilliseconds],
  overboardTime: milliseconds,
  overboardDate: ["overboard_time", dayOfMilliseconds],
  overboardNote: text,
  onboardCityCode: text,
  departmentId: text,
  leader: ["leader_id", userId],
  sequenceId: text,
  levelId: text,
  employeeType: text,
  jobRequirementId: text,
});

const reportField = shape({ name: i18nText, value: i18nText, description: i18nText });

const agency = shape({
  basic: [
    "basic_info",
    maybe(shape({ hunterName: ["hunter_user_name", i18nText], companyName: ["hunter_company_name", text] })),
  ],
  comments: ["comment_info", list(reportField)],
  salaries: ["salary_info", personal(list(reportField))],
});

const referral = shape({
  basic: [
    "basic_info",
    maybe(
      shape({
        id: text,
        applicationId: text,
        referralType: int,
        referrer: ["user_info", maybe(userRef)],
        createTime: milliseconds,
        referralMethod: int,
      }),
    ),
  ],
  recommendation: [
    "recommend_info",
    maybe(
      shape({
        relationship: int,
        familiarity: int,
        comment: text,
        specificRelationship: maybe(shape({ relationWithCandidate: int, extra: text })),
        workAbilityFamiliarity: int,
        matchDegree: int,
      }),
    ),
  ],
});

/** Fields beyond the basic part. The response has each only if its option is requested. */
const onRequest = shape({
  jobSummary: ["job", maybe(shape({ id: text, name: text, code: text }))],
  talentSummary: [
    "talent",
    maybe(
      shape({ id: text, name: text, mobileCode: personal(text), mobileNumber: personal(text), email: personal(text) }),
    ),
  ],
  evaluations: list(evaluation),
  interviews: [
    "interview_aggregation",
    maybe(shape({ interviews: list(interview) })).transform((aggregation) => aggregation?.interviews ?? []),
  ],
  offer: maybe(offer),
  employee: maybe(employee),
  agency: maybe(agency),
  portal: maybe(
    shape({ campusVolunteer: ["campus_volunteer_info", maybe(shape({ sequence: ["volunteer_seq", int] }))] }),
  ),
  referral: maybe(referral),
});

/** Value of `options` that each field needs. */
export const APPLICATION_DETAIL_OPTIONS = {
  jobSummary: "with_job",
  talentSummary: "with_talent",
  evaluations: "with_evaluation",
  interviews: "with_interview",
  offer: "with_offer",
  employee: "with_employee",
  agency: "with_agency",
  portal: "with_portal",
  referral: "with_referral",
} as const satisfies Record<(typeof onRequest.fieldNames)[number], string>;

const applicationDetail = basic.within("basic_info").and(onRequest);

/** An application with all related data; parts that were not requested are `null` or empty. */
export type ApplicationDetailData = Infer<typeof applicationDetail>;

/** Fields of an application that this endpoint provides without any option. */
export const APPLICATION_DETAIL_FIELDS: readonly string[] = basic.fieldNames;

const answer = entity(applicationDetail.within("application_detail"));

/**
 * Returns one application with the parts that `options` requests, or `null` if it does not exist. One call; quota: 10 a
 * second.
 * @see https://open.feishu.cn/document/ukTMukTMukTM/uMzM1YjLzMTN24yMzUjN/hire-v1/application/get_detail (2025-12-02)
 */
export function getApplicationDetail(
  send: Send,
  applicationId: string,
  options: readonly string[],
  context: CallContext,
): Promise<LazyEntity<ApplicationDetailData> | null> {
  const call = {
    endpoint: ENDPOINTS.applicationDetail,
    path: { application_id: applicationId },
    query: { options },
    decode: answer,
    absentCodes: [APPLICATION_NOT_FOUND],
  };
  return send(call, context);
}
