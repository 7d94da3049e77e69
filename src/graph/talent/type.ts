import { GraphQLDateTime } from "graphql-scalars";
import { Int } from "type-graphql";
import { TALENT_PII } from "../../authz/pii.js";
import type { TalentData } from "../../loaders/index.js";
import { CustomField } from "../custom-field/type.js";
import { ONE_CALL, PERSONAL_OF_CANDIDATES } from "../federation/directives.js";
import { ID } from "../schema/id.js";
import { directOnFields, enumType, objectType, SHAREABLE } from "../schema/object-type.js";
import { CalendarDate, NamedRef } from "../schema/values.js";
import { Award, Career, Degree, Education, Language, Project, SnsAccount, Work } from "./history-type.js";
import {
  CustomModule,
  Registration,
  RegistrationWithScenario,
  ResumeAttachment,
  TalentBlock,
  TalentFolder,
  TalentNote,
  TalentPool,
  TalentSimilarity,
  TalentTag,
} from "./record-type.js";

const Gender = enumType("Gender", "A candidate's gender.", { MALE: 1, FEMALE: 2, OTHER: 3 });

const MaritalStatus = enumType("MaritalStatus", "Marital status of a person.", { MARRIED: 1, SINGLE: 2 });

const Confidentiality = enumType("Confidentiality", "Confidentiality of a talent: hidden (保密), or public.", {
  HIDDEN: 1,
  PUBLIC: 2,
});

export const Talent = objectType<TalentData>(
  "Talent",
  "A talent (人才): a candidate. Needs Feishu's `hire:talent:readonly`.",
  {
    id: [ID, "Feishu's talent id.", "required"],
    name: [String, "The name."],
    mobileNumber: [String, "The phone number, without the country's code. Personal data."],
    mobileCode: [String, "The country's dialling code, such as `86`. Personal data."],
    email: [String, "The e-mail address. Personal data."],
    experienceYears: [Int, "Years of work."],
    age: [Int, "Age in years."],
    gender: [Gender, "The gender."],
    maritalStatus: [MaritalStatus, "Marital status."],
    birthday: [GraphQLDateTime, "The birthday. Personal data.", { replacedBy: "birthDate" }],
    birthDate: [CalendarDate, "The birthday. Personal data."],
    nationalityCode: [String, "Feishu's code of the nationality."],
    currentLocationCode: [String, "Feishu's code of where the talent lives."],
    hometownLocationCode: [String, "Feishu's code of where the talent comes from."],
    hukouLocationCode: [String, "Feishu's code of the registered residence (户口)."],
    preferredLocationCodes: [[String], "Feishu's codes of where the talent would like to work."],
    homeAddress: [String, "The home address. Personal data."],
    identificationType: [
      Int,
      "Feishu's code of the kind of identity document; Feishu's two pages on the codes disagree. Personal data.",
    ],
    identificationNumber: [String, "The identity document's number. Personal data."],
    confidential: [Confidentiality, "Confidentiality: hidden (保密), or public."],
    topDegree: [Degree, "The highest degree."],
    educations: [[Education], "Where the talent studied."],
    careers: [[Career], "Where the talent worked."],
    internships: [[Career], "Where the talent was an intern."],
    projects: [[Project], "Projects (项目经历)."],
    works: [[Work], "Works (作品). Personal data."],
    awards: [[Award], "Awards (获奖)."],
    languages: [[Language], "Languages."],
    snsAccounts: [[SnsAccount], "Accounts of social networks. Personal data."],
    resumeSources: [[NamedRef], "Where the résumé came from."],
    resumeAttachmentIds: [[ID], "The ids of the résumés, the newest first."],
    resumeAttachments: [[ResumeAttachment], "Résumés, the newest first. Personal data."],
    registrations: [[RegistrationWithScenario], "Forms filled in (登记表). Personal data."],
    interviewRegistrations: [
      [Registration],
      "Forms filled in before interviews; prefer `registrations`. Personal data.",
    ],
    customFields: [[CustomField], "The company's custom fields."],
    customModules: [[CustomModule], "The company's custom modules."],
    tags: [[TalentTag], "Tags. Empty without Feishu's `hire:talent_tag:readonly`."],
    poolIds: [[ID], "The ids of the pools (人才库) the talent is in."],
    pools: [[TalentPool], "The pools the talent is in. Empty without Feishu's `hire:talent_folder:readonly`."],
    folders: [[TalentFolder], "The folders the talent is in. Empty without Feishu's `hire:talent_folder:readonly`."],
    similarity: [TalentSimilarity, "Similar talents."],
    block: [TalentBlock, "Why the talent is blocked (屏蔽). `null` without Feishu's `hire:talent_blocklist:readonly`."],
    notes: [[TalentNote], "Notes (备注). Empty without Feishu's `hire:note:readonly`."],
    isOnboarded: [Boolean, "True if the talent has started work."],
    isInAgencyPeriod: [Boolean, "True if an agency's protection period is still active (猎头保护期)."],
    createTime: [GraphQLDateTime, "When the talent was recorded."],
    updateTime: [GraphQLDateTime, "When the record was last changed."],
  },
  ['@key(fields: "id")', ONE_CALL],
);

directOnFields(Talent, TALENT_PII, PERSONAL_OF_CANDIDATES);

directOnFields(Talent, ["name"], [SHAREABLE]);
