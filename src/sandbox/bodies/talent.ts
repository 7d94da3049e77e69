import { company, major, person, school } from "../names.js";
import { customFields, i18n, idOf, msAt, secondsAt } from "./values.js";

/** Returns `data` of `GET /open-apis/hire/v2/talents/:talent_id`. */
export function talentBody(id: string, n: number, creatorOpenId: string, applicationId: string) {
  return {
    talent_id: id,
    basic_info: basicInfo(n),
    ...history(n),
    ...documents(n),
    ...standing(id, n, creatorOpenId, applicationId),
  };
}

function basicInfo(n: number) {
  const { zh, en, pinyin } = person(n);
  const age = 22 + (n % 20);
  return {
    name: n % 4 === 3 ? en : zh,
    mobile_number: `139${String(n).padStart(8, "0")}`,
    mobile_code: "86",
    email: `${pinyin}.${n}@example.test`,
    experience_years: n % 12,
    age,
    nationality_code: "CN_1",
    gender: 1 + (n % 3),
    current_location_code: "CT_1",
    hometown_location_code: "CT_2",
    preferred_location_code_list: ["CT_1", "CT_3"],
    home_address: `示例路 ${n} 号`,
    identification_type: 1,
    identification_number: `INVENTED-${n}`,
    birthday: Number(secondsAt(-365 * age)),
    marital_status: 1 + (n % 2),
    customized_data_list: customFields(n),
    hukou_location_code: "CT_2",
    update_time: msAt(-1),
    create_time: msAt(-30),
    confidential: 2,
  };
}

/** Returns the past education, work and achievements of the talent. */
function history(n: number) {
  const customized_data_list = customFields(n);
  const described = { description: "做了很多事。 Did many things.", customized_data_list };
  const work = { ...described, company_name: company(n), title: "工程师" };
  const studied = { start_time: "2019-09", end_time: "2023-06", education_type: 2, academic_ranking: 10 };
  const project = { project_name: "推荐系统", role: "Owner", link: "https://files.example.test/project" };
  return {
    education_list: [
      { degree: 6 + (n % 3), school_name: school(n), major: major(n), ...studied, customized_data_list },
    ],
    top_degree: 6 + (n % 3),
    career_list: [{ ...work, start_time: "2023-07", end_time: n % 2 ? "-" : "2025-12" }],
    internship_list: [{ ...work, start_time: "2022-06", end_time: "2022-09", title: "实习生" }],
    project_list: [{ ...project, ...described, start_time: "2024-01", end_time: "2024-09" }],
    works_list: [{ id: idOf(6, 1000 + n), link: "https://files.example.test/work", ...described }],
    award_list: [{ award_name: "奖学金", award_time: "2022-05", ...described }],
    language_list: [{ language: 1, proficiency: 1 + (n % 5), customized_data_list }],
    sns_list: [{ sns_type: 5, link: "https://files.example.test/sns", customized_data_list }],
  };
}

/** Returns résumés, registrations and the company's own fields. */
function documents(n: number) {
  const id = idOf(6, 2000 + n);
  const registration = {
    id: idOf(6, 3000 + n),
    registration_time: Number(msAt(-10)),
    download_url: "https://files.example.test/registration",
  };
  return {
    resume_source_list: [{ id: idOf(6, 80), zh_name: "官网", en_name: "Career site" }],
    resume_attachment_id_list: [id],
    resume_attachment_list: [{ id, name: `${person(n).zh}-简历.pdf`, mime: "application/pdf", create_time: msAt(-30) }],
    interview_registration_list: [registration],
    registration_list: [{ ...registration, scenario: 5 }],
    customized_data_list: [
      { module_id: idOf(6, 90), name: i18n("补充信息", "More"), object_type: 11, children: customFields(n + 2) },
    ],
  };
}

/** Returns the talent's pools and folders in the company, and the company's tags and notes. */
function standing(id: string, n: number, creatorOpenId: string, applicationId: string) {
  const pool = { id: idOf(6, 100), name: i18n("春招池", "Spring pool"), description: i18n("春招", "Spring") };
  const tag = { id: idOf(6, 120), name: i18n("笔试优秀", "Strong test"), description: i18n("自动", "Set by rule") };
  const note = { id: idOf(6, 4000 + n), content: "沟通顺畅。", privacy: 2 };
  return {
    is_onboarded: false,
    is_in_agency_period: false,
    talent_pool_id_list: [pool.id],
    talent_pool_ref_list_v2: [{ ...pool, add_time: msAt(-20) }],
    talent_folder_ref_list_v2: [
      { name: "重点关注", folder_id: idOf(6, 110), owner_id: creatorOpenId, add_time: msAt(-20) },
    ],
    tag_list: [{ ...tag, type: 2 }],
    similar_info_v2: { is_similar_talent: false, similar_talent_id_list: [idOf(2, n + 1)] },
    block_info: { blocked_time: msAt(-400), creator_id: creatorOpenId, reason: "示例" },
    note_list_v2: [
      {
        ...note,
        talent_id: id,
        application_id: applicationId,
        creator_id: creatorOpenId,
        create_time: msAt(-5),
        update_time: msAt(-4),
      },
    ],
  };
}
