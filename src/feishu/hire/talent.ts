import type { CallContext } from "../call.js";
import type { Send } from "../client.js";
import {
  dayOfSeconds,
  flag,
  i18nText,
  int,
  list,
  maybe,
  milliseconds,
  namedRef,
  personal,
  seconds,
  shape,
  text,
  userId,
} from "../decode/decode.js";
import { type Infer, string } from "../decode/decoder.js";
import { entity, type LazyEntity } from "../decode/lazy-entity.js";
import { ENDPOINTS } from "../endpoints.js";
import { talentCustomField, UNTIL_NOW } from "./custom-field.js";

const customFields = ["customized_data_list", list(talentCustomField)] as const;

const basicInfo = shape({
  name: text,
  mobileNumber: personal(text),
  mobileCode: personal(text),
  email: personal(text),
  experienceYears: int,
  age: int,
  nationalityCode: text,
  gender: int,
  currentLocationCode: text,
  hometownLocationCode: text,
  preferredLocationCodes: ["preferred_location_code_list", list(string())],
  homeAddress: personal(text),
  identificationType: personal(int),
  identificationNumber: personal(text),
  birthday: personal(seconds),
  birthDate: ["birthday", personal(dayOfSeconds)],
  maritalStatus: int,
  customFields,
  hukouLocationCode: text,
  updateTime: milliseconds,
  createTime: milliseconds,
  confidential: int,
});

/** Normalizes a period. `startTime` and `endTime` are `YYYY-MM`; `endTime` is `null` while the period is ongoing. */
const withPeriod = <T extends { startTime: string | null; endTime: string | null }>(entry: T) => ({
  ...entry,
  startTime: entry.startTime || null,
  endTime: entry.endTime === UNTIL_NOW ? null : entry.endTime || null,
  ongoing: entry.endTime === UNTIL_NOW,
});

const period = { startTime: text, endTime: text, customFields } as const;

const education = shape({
  schoolName: text,
  major: text,
  degree: int,
  educationType: int,
  academicRanking: int,
  ...period,
}).transform(withPeriod);

const career = shape({ companyName: text, title: text, description: text, ...period }).transform(withPeriod);

const project = shape({ name: ["project_name", text], role: text, link: text, description: text, ...period }).transform(
  withPeriod,
);

const award = shape({ name: ["award_name", text], time: ["award_time", text], description: text, customFields });

const registration = { id: text, registrationTime: milliseconds, downloadUrl: text };

const pool = shape({ id: text, name: i18nText, description: i18nText, addTime: milliseconds });

const note = shape({
  id: text,
  talentId: text,
  applicationId: text,
  creator: ["creator_id", userId],
  createTime: milliseconds,
  updateTime: milliseconds,
  content: text,
  privacy: int,
});

const fields = shape({
  id: ["talent_id", string(1)],
  educations: ["education_list", list(education)],
  careers: ["career_list", list(career)],
  internships: ["internship_list", list(career)],
  projects: ["project_list", list(project)],
  works: ["works_list", personal(list(shape({ id: text, link: text, description: text, customFields })))],
  awards: ["award_list", list(award)],
  languages: ["language_list", list(shape({ language: int, proficiency: int, customFields }))],
  snsAccounts: ["sns_list", personal(list(shape({ type: ["sns_type", int], link: text, customFields })))],
  resumeSources: ["resume_source_list", list(namedRef)],
  customModules: [
    "customized_data_list",
    list(
      shape({
        id: ["module_id", text],
        name: i18nText,
        objectType: int,
        fields: ["children", list(talentCustomField)],
      }),
    ),
  ],
  resumeAttachmentIds: ["resume_attachment_id_list", personal(list(string()))],
  resumeAttachments: [
    "resume_attachment_list",
    personal(list(shape({ id: text, name: text, mime: text, createTime: milliseconds }))),
  ],
  interviewRegistrations: ["interview_registration_list", personal(list(shape(registration)))],
  registrations: ["registration_list", personal(list(shape({ ...registration, scenario: int })))],
  isOnboarded: flag,
  isInAgencyPeriod: flag,
  topDegree: int,
  poolIds: ["talent_pool_id_list", list(string())],
  pools: ["talent_pool_ref_list_v2", list(pool)],
  folders: [
    "talent_folder_ref_list_v2",
    list(shape({ id: ["folder_id", text], name: text, owner: ["owner_id", userId], addTime: milliseconds })),
  ],
  tags: ["tag_list", list(shape({ id: text, name: i18nText, description: i18nText, type: int }))],
  similarity: [
    "similar_info_v2",
    maybe(
      shape({ isSimilar: ["is_similar_talent", flag], similarTalentIds: ["similar_talent_id_list", list(string())] }),
    ),
  ],
  block: ["block_info", maybe(shape({ blockedTime: milliseconds, creator: ["creator_id", userId], reason: text }))],
  notes: ["note_list_v2", list(note)],
});

const talent = fields.and(basicInfo.within("basic_info"));

/** Fields of a talent that this endpoint provides. */
export const TALENT_FIELDS: readonly string[] = talent.fieldNames;

/** A talent (人才, a candidate) as the graph needs it; times in milliseconds since the epoch. */
export type TalentData = Infer<typeof talent>;

const talentAnswer = entity(talent);

/** HTTP 404, "Talent not exist"; also for deleted talents. */
const TALENT_NOT_FOUND = 1002102;

/**
 * Returns one talent, or `null` if it does not exist. One call; quota: 20 a second.
 * @see https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/hire-v2/talent/get (2025-12-02)
 */
export function getTalent(send: Send, talentId: string, context: CallContext): Promise<LazyEntity<TalentData> | null> {
  const path = { talent_id: talentId };
  return send({ endpoint: ENDPOINTS.talent, path, decode: talentAnswer, absentCodes: [TALENT_NOT_FOUND] }, context);
}
