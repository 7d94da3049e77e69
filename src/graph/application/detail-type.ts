import { GraphQLDateTime } from "graphql-scalars";
import { Int } from "type-graphql";
import { APPLICATION_PARTS_PII } from "../../authz/pii.js";
import type { ApplicationEntity } from "../../loaders/index.js";
import { PERSONAL_OF_CANDIDATES } from "../federation/directives.js";
import { ID } from "../schema/id.js";
import { directOnFields, enumType, objectType } from "../schema/object-type.js";
import { CalendarDate, I18nText } from "../schema/values.js";
import { User } from "../user/type.js";

type EvaluationData = NonNullable<ApplicationEntity["evaluations"]>[number];
type AgencyData = NonNullable<ApplicationEntity["agency"]>;
type ReferralData = NonNullable<ApplicationEntity["referral"]>;
type RecommendationData = NonNullable<ReferralData["recommendation"]>;
type PortalData = NonNullable<ApplicationEntity["portal"]>;

export const OnboardStatus = enumType("OnboardStatus", "Onboarding status of a candidate.", {
  NOT_ONBOARDED: 1,
  ONBOARDED: 2,
});

const CommitStatus = enumType("CommitStatus", "Submission status.", {
  SUBMITTED: 1,
  NOT_SUBMITTED: 2,
});

const Conclusion = enumType("Conclusion", "The conclusion of an evaluation.", { PASS: 1, FAIL: 2 });

export const Evaluation = objectType<EvaluationData>("Evaluation", "An evaluation (评估) by one evaluator.", {
  id: [ID, "Feishu's id."],
  applicationId: [ID, "The application it is about."],
  stageId: [ID, "The stage it belongs to."],
  creator: [User, "The user who requested it."],
  evaluator: [User, "The evaluator."],
  commitStatus: [CommitStatus, "Submission status."],
  conclusion: [Conclusion, "The conclusion."],
  content: [String, "The text of the evaluation."],
  createTime: [GraphQLDateTime, "When it was requested."],
  updateTime: [GraphQLDateTime, "When it was last changed."],
});

export const Employee = objectType<NonNullable<ApplicationEntity["employee"]>>(
  "Employee",
  "The employee that an application led to (员工).",
  {
    id: [ID, "Feishu's employee id."],
    applicationId: [ID, "The application."],
    onboardStatus: [OnboardStatus, "Onboarding status."],
    conversionStatus: [Int, "Feishu's code of the end of probation: 1 not yet, 2 over."],
    onboardTime: [GraphQLDateTime, "The first day.", { replacedBy: "onboardDate" }],
    onboardDate: [CalendarDate, "The first day."],
    expectedConversionTime: [GraphQLDateTime, "When probation is to end.", { replacedBy: "expectedConversionDate" }],
    expectedConversionDate: [CalendarDate, "The day on which probation is to end."],
    actualConversionTime: [GraphQLDateTime, "When probation ended.", { replacedBy: "actualConversionDate" }],
    actualConversionDate: [CalendarDate, "The day on which probation ended."],
    overboardTime: [GraphQLDateTime, "When the person left.", { replacedBy: "overboardDate" }],
    overboardDate: [CalendarDate, "The last day."],
    overboardNote: [String, "Why the person left."],
    onboardCityCode: [String, "Feishu's code of the city."],
    departmentId: [ID, "The department."],
    leader: [User, "The person's leader."],
    sequenceId: [ID, "The job family."],
    levelId: [ID, "The job level."],
    employeeType: [String, "The kind of employment."],
    jobRequirementId: [ID, "The hiring requirement it met."],
  },
);

const AgencyBasic = objectType<NonNullable<AgencyData["basic"]>>("AgencyBasic", "The identity of the agency.", {
  hunterName: [I18nText, "The person (猎头顾问)."],
  companyName: [String, "The company."],
});

const AgencyReport = objectType<AgencyData["comments"][number]>("AgencyReport", "One field of an agency's report.", {
  name: [I18nText, "The field."],
  value: [I18nText, "Its value."],
  description: [I18nText, "What it means."],
});

export const Agency = objectType<AgencyData>("Agency", "The agency that an application came through (猎头).", {
  basic: [AgencyBasic, "The consultant and the company."],
  comments: [[AgencyReport], "The agency's report on the candidate."],
  salaries: [
    [AgencyReport],
    "The agency's report on the salary. Needs Feishu's `hire:agency_salary:readonly`. Personal data.",
  ],
});

directOnFields(Agency, APPLICATION_PARTS_PII.agency, PERSONAL_OF_CANDIDATES);

const CampusVolunteer = objectType<NonNullable<PortalData["campusVolunteer"]>>(
  "CampusVolunteer",
  "One of several applications of a campus candidate (志愿).",
  { sequence: [Int, "Its rank among the candidate's choices, from 1."] },
);

export const Portal = objectType<PortalData>("Portal", "The career site's record (官网).", {
  campusVolunteer: [CampusVolunteer, "The rank among a campus candidate's choices."],
});

const ReferralBasic = objectType<NonNullable<ReferralData["basic"]>>(
  "ReferralBasic",
  "The referrer and the kind of referral.",
  {
    id: [ID, "Feishu's referral id."],
    applicationId: [ID, "The application."],
    referralType: [Int, "Feishu's code of the kind of referral."],
    referrer: [User, "The referrer."],
    createTime: [GraphQLDateTime, "When it was made."],
    referralMethod: [Int, "Feishu's code of the way it was made."],
  },
);

const SpecificRelationship = objectType<NonNullable<RecommendationData["specificRelationship"]>>(
  "SpecificRelationship",
  "How the referrer knows the candidate.",
  {
    relationWithCandidate: [Int, "Feishu's code of the relationship."],
    extra: [String, "The relationship in words."],
  },
);

const Recommendation = objectType<RecommendationData>("Recommendation", "The referrer's recommendation.", {
  relationship: [Int, "Feishu's code of the relationship."],
  familiarity: [Int, "Feishu's code of how well they know each other."],
  comment: [String, "The recommendation."],
  specificRelationship: [SpecificRelationship, "How the referrer knows the candidate."],
  workAbilityFamiliarity: [Int, "Feishu's code of how well the referrer knows the candidate's work."],
  matchDegree: [Int, "Feishu's code of how well the candidate fits."],
});

export const Referral = objectType<ReferralData>("Referral", "A referral (内推).", {
  basic: [ReferralBasic, "The referrer and the kind of referral."],
  recommendation: [Recommendation, "The referrer's recommendation."],
});
