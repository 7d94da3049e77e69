import { GraphQLDateTime } from "graphql-scalars";
import { APPLICATION_PII } from "../../authz/pii.js";
import type { ApplicationEntity } from "../../loaders/index.js";
import { ONE_CALL, PERSONAL_OF_CANDIDATES } from "../federation/directives.js";
import { Interview } from "../interview/type.js";
import { Offer } from "../offer/type.js";
import { ID } from "../schema/id.js";
import { directOnFields, enumType, objectType } from "../schema/object-type.js";
import { I18nText, NamedRef, Place } from "../schema/values.js";
import { User } from "../user/type.js";
import { Agency, Employee, Evaluation, OnboardStatus, Portal, Referral } from "./detail-type.js";

const ApplicationActiveStatus = enumType("ApplicationActiveStatus", "Status of an application: active, or not.", {
  ACTIVE: 1,
  ENDED: 2,
});

const ApplicationStageType = enumType("ApplicationStageType", "The kind of a stage (阶段) of the recruiting process.", {
  SCREENING: 1,
  EVALUATION: 2,
  WRITTEN_TEST: 3,
  INTERVIEW: 4,
  OFFER: 5,
  TO_ONBOARD: 6,
  ONBOARDED: 7,
  OTHER: 8,
  SYSTEM_DEFAULT: 255,
});

const DeliveryType = enumType("DeliveryType", "Who submitted an application.", {
  HR_SOURCED: 1,
  CANDIDATE: 2,
  HIRING_MANAGER: 4,
  REFERRER: 5,
  AGENCY: 6,
  RPO: 7,
  EXTERNAL_REFERRER: 8,
});

const TerminationType = enumType("TerminationType", "Why an application ended.", {
  REJECTED_BY_COMPANY: 1,
  DECLINED_BY_CANDIDATE: 22,
  OTHER: 27,
});

const ResumeSourceType = enumType("ResumeSourceType", "What kind of source a résumé came from.", {
  REFERRAL: 10000,
  AGENCY: 10001,
  INTERNAL: 10002,
  JOB_BOARD: 10003,
  SOCIAL_MEDIA: 10004,
  OFFLINE: 10005,
  OTHER: 10006,
  EXTERNAL_REFERRAL: 10007,
  TRANSFER: 10008,
  INTERN_CONVERSION: 10009,
});

const ApplicationStage = objectType<NonNullable<ApplicationEntity["stage"]>>(
  "ApplicationStage",
  "A stage (阶段) of the recruiting process.",
  { id: [ID, "Feishu's id."], name: [I18nText, "Its name."], type: [ApplicationStageType, "The kind of stage."] },
);

const ResumeSource = objectType<NonNullable<ApplicationEntity["resumeSource"]>>(
  "ResumeSource",
  "Where a résumé came from (简历来源).",
  { id: [ID, "Feishu's id."], name: [I18nText, "Its name."], type: [ResumeSourceType, "The kind of source."] },
);

const WebsiteResumeSource = objectType<NonNullable<ApplicationEntity["websiteResumeSource"]>>(
  "WebsiteResumeSource",
  "The career site (官网) that an application came through.",
  { id: [ID, "Feishu's id."], name: [I18nText, "Its name."], channel: [NamedRef, "The promotion channel (推广渠道)."] },
);

const StageTime = objectType<NonNullable<ApplicationEntity["stageTimes"]>[number]>(
  "StageTime",
  "When an application was in a stage.",
  {
    stageId: [ID, "The stage's id."],
    enterTime: [GraphQLDateTime, "When it entered the stage."],
    exitTime: [GraphQLDateTime, "When it left; `null` while it is there."],
  },
);

const TerminationReason = objectType<NonNullable<ApplicationEntity["terminationReason"]>>(
  "TerminationReason",
  "Why an application ended.",
  {
    id: [ID, "Feishu's id."],
    name: [I18nText, "The reason."],
    children: [[NamedRef], "More specific reasons."],
  },
);

export const Application = objectType<ApplicationEntity>(
  "Application",
  "An application (投递) of one talent for one job. Needs Feishu's `hire:application:readonly`.",
  {
    id: [ID, "Feishu's application id.", "required"],
    jobId: [ID, "The job applied for."],
    talentId: [ID, "The candidate."],
    stage: [ApplicationStage, "The stage it is in."],
    stageTimes: [[StageTime], "The stages it has been in."],
    activeStatus: [ApplicationActiveStatus, "Status: active, or not."],
    deliveryType: [DeliveryType, "Who submitted it (投递方式)."],
    resumeSourceId: [ID, "The id of the résumé's source."],
    resumeSource: [ResumeSource, "The résumé's source."],
    websiteResumeSource: [WebsiteResumeSource, "The career site it came through."],
    resumeAttachmentId: [ID, "The résumé attached to it. Personal data."],
    createTime: [GraphQLDateTime, "When it was created."],
    modifyTime: [GraphQLDateTime, "When it was last changed."],
    terminationType: [TerminationType, "Why it ended."],
    terminationReasonIds: [[ID], "The ids of the reasons for its end."],
    terminationReasonNote: [String, "A note on its end."],
    terminationReason: [TerminationReason, "The reason for its end, by name."],
    preferredCities: [[Place], "Where the candidate would like to work."],
    creator: [User, "The employee who created it, if one did."],
    owner: [User, "The person responsible for it."],
    terminator: [User, "Who ended it."],
    onboardStatus: [OnboardStatus, "Onboarding status."],
    evaluations: [[Evaluation], "The evaluations (评估). Needs Feishu's `hire:evaluation:readonly`."],
    interviews: [[Interview], "The interviews (面试). Needs Feishu's `hire:interview:readonly`."],
    offer: [Offer, "The offer. Needs Feishu's `hire:offer:readonly`."],
    employee: [Employee, "The employee it led to (员工). Needs Feishu's `hire:employee:readonly`."],
    agency: [Agency, "The agency it came through (猎头). Needs Feishu's `hire:agency:readonly`."],
    portal: [Portal, "The career site's record. Needs Feishu's `hire:site:readonly`."],
    referral: [Referral, "The referral it came through (内推). Needs Feishu's `hire:referral:readonly`."],
  },
  ['@key(fields: "id")', ONE_CALL],
);

directOnFields(Application, APPLICATION_PII, PERSONAL_OF_CANDIDATES);
