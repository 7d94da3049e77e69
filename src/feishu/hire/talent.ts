import { z } from "zod";
import { nullIfAbsent, type Send } from "../client.js";
import { flag, i18nText, int, list, milliseconds, namedRef, seconds, text } from "../decode.js";
import { ENDPOINTS } from "../endpoints.js";

const basicInfo = z.object({
  name: text,
  mobile_number: text,
  mobile_code: text,
  email: text,
  experience_years: int,
  age: int,
  nationality_code: text,
  gender: int,
  current_location_code: text,
  hometown_location_code: text,
  preferred_location_code_list: list(z.string()),
  home_address: text,
  identification_type: int,
  identification_number: text,
  birthday: seconds,
  marital_status: int,
  hukou_location_code: text,
  update_time: milliseconds,
  create_time: milliseconds,
  confidential: int,
});

/** How Feishu writes "until now" where a month is expected. */
const UNTIL_NOW = "-";

/** `startTime` and `endTime` are `YYYY-MM`; `endTime` is `null` while it goes on. */
const periodOf = (data: { start_time: string | null; end_time: string | null }) => ({
  startTime: data.start_time || null,
  endTime: data.end_time === UNTIL_NOW ? null : data.end_time || null,
  ongoing: data.end_time === UNTIL_NOW,
});

const education = z
  .object({
    school_name: text,
    major: text,
    degree: int,
    education_type: int,
    academic_ranking: int,
    start_time: text,
    end_time: text,
  })
  .transform((data) => ({
    schoolName: data.school_name,
    major: data.major,
    degree: data.degree,
    educationType: data.education_type,
    academicRanking: data.academic_ranking,
    ...periodOf(data),
  }));

const career = z
  .object({ company_name: text, title: text, description: text, start_time: text, end_time: text })
  .transform((data) => ({
    companyName: data.company_name,
    title: data.title,
    description: data.description,
    ...periodOf(data),
  }));

const attachment = z
  .object({ id: text, name: text, mime: text, create_time: milliseconds })
  .transform((data) => ({ id: data.id, name: data.name, mime: data.mime, createTime: data.create_time }));

const talent = z
  .object({
    talent_id: z.string().min(1),
    basic_info: z.preprocess((value) => value ?? {}, basicInfo),
    education_list: list(education),
    career_list: list(career),
    internship_list: list(career),
    resume_source_list: list(namedRef),
    resume_attachment_list: list(attachment),
    tag_list: list(z.object({ id: text, name: i18nText, description: i18nText, type: int })),
    is_onboarded: flag,
    is_in_agency_period: flag,
    top_degree: int,
  })
  .transform(({ basic_info: basic, ...data }) => ({
    id: data.talent_id,
    name: basic.name,
    mobileNumber: basic.mobile_number,
    mobileCode: basic.mobile_code,
    email: basic.email,
    experienceYears: basic.experience_years,
    age: basic.age,
    nationalityCode: basic.nationality_code,
    gender: basic.gender,
    currentLocationCode: basic.current_location_code,
    hometownLocationCode: basic.hometown_location_code,
    preferredLocationCodes: basic.preferred_location_code_list,
    homeAddress: basic.home_address,
    identificationType: basic.identification_type,
    identificationNumber: basic.identification_number,
    birthday: basic.birthday,
    maritalStatus: basic.marital_status,
    hukouLocationCode: basic.hukou_location_code,
    createTime: basic.create_time,
    updateTime: basic.update_time,
    confidential: basic.confidential,
    topDegree: data.top_degree,
    isOnboarded: data.is_onboarded,
    isInAgencyPeriod: data.is_in_agency_period,
    educations: data.education_list,
    careers: data.career_list,
    internships: data.internship_list,
    resumeSources: data.resume_source_list,
    resumeAttachments: data.resume_attachment_list,
    tags: data.tag_list,
  }));

/** A talent (人才, a candidate) as the graph needs it; times in milliseconds since the epoch. */
export type TalentData = z.output<typeof talent>;

/** 404, "Talent not exist"; deleted talents too. */
const TALENT_NOT_FOUND = 1002102;

/**
 * One talent, or `null` when there is none with that id. One call, 20 a second.
 * @see https://open.feishu.cn/document/uAjLw4CM/ukTMukTMukTM/hire-v2/talent/get (2025-12-02)
 */
export function getTalent(send: Send, talentId: string, signal: AbortSignal): Promise<TalentData | null> {
  const answer = send({ endpoint: ENDPOINTS.talent, path: { talent_id: talentId }, decode: talent, signal });
  return nullIfAbsent([TALENT_NOT_FOUND], answer);
}
