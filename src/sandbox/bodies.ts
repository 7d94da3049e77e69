import { company, job, major, person, school } from "./names.js";

/** A moment all invented times are counted from: 2026-03-02T01:00:00Z. */
const EPOCH_MS = Date.UTC(2026, 2, 2, 1);
const DAY_MS = 86_400_000;

const msAt = (days: number): string => String(EPOCH_MS + days * DAY_MS);
const secondsAt = (days: number): string => String((EPOCH_MS + days * DAY_MS) / 1000);
const i18n = (zh: string, en: string) => ({ zh_cn: zh, en_us: en });

/** A 19-digit id: `kind` tells resources apart, `n` numbers them. */
export const idOf = (kind: number, n: number): string => `7300${kind}${String(n).padStart(14, "0")}`;

const CUSTOM_FIELD_TYPES = 13;

/** A custom field with every kind of value that is documented; only the one of its type means anything. */
function customField(n: number, withAttachment: boolean) {
  return {
    object_id: idOf(7, n),
    name: i18n(`自定义字段 ${n}`, `Custom field ${n}`),
    object_type: 1 + (n % (withAttachment ? CUSTOM_FIELD_TYPES : CUSTOM_FIELD_TYPES - 2)),
    value: {
      content: `答案 ${n}`,
      option: { key: idOf(8, n), name: i18n("选项一", "Option one") },
      option_list: [{ key: idOf(8, n + 1), name: i18n("选项二", "Option two") }],
      time_range: { start_time: secondsAt(-700), end_time: n % 2 ? "-" : secondsAt(-300) },
      time: withAttachment ? secondsAt(-100) : msAt(-100),
      number: String(n),
      ...(withAttachment && {
        customized_attachment: [
          { file_id: idOf(8, n + 2), file_name: "证书.pdf", content_type: "application/pdf", file_size: 16_615 },
        ],
      }),
    },
  };
}

const customFields = (n: number) => [customField(n, true)];

/** `GET /open-apis/hire/v1/jobs/:job_id`: the value of `data.job`. */
export function jobBody(id: string, n: number, creatorOpenId: string) {
  const { title, department, city } = job(n);
  const [cityZh, cityEn] = city;
  const level = { id: idOf(6, 10 + n), zh_name: "中级", en_name: "Intermediate", active_status: 1 };
  return {
    id,
    title,
    description: `我们在找一位${title}。 We are looking for you.`,
    code: `A${String(100 + n)}`,
    requirement: "三年以上经验，善于沟通。 Three years of experience, good at talking with people.",
    recruitment_type: { id: "101", zh_name: "全职", en_name: "Full-time", active_status: 1 },
    department: { id: `od-${idOf(5, n)}`, zh_name: department[0], en_name: department[1] },
    city: { city_code: `CT_${n}`, zh_name: cityZh, en_name: cityEn },
    min_job_level: level,
    max_job_level: { ...level, zh_name: "高级", en_name: "Senior" },
    highlight_list: [{ id: idOf(6, 20), zh_name: "弹性工作", en_name: "Flexible hours" }],
    job_category: { id: idOf(6, 30), zh_name: "技术序列", en_name: "Engineering", active_status: 1 },
    job_type: { id: idOf(6, 40), zh_name: "研发", en_name: "R&D" },
    active_status: n % 5 === 4 ? 2 : 1,
    create_user_id: creatorOpenId,
    create_time: Number(msAt(-90)),
    update_time: Number(msAt(-3)),
    process_type: n % 5 === 4 ? 2 : 1,
    process_id: idOf(6, 50),
    process_name: "社招流程",
    process_en_name: "Experienced hires",
    customized_data_list: [customField(n, false)],
    job_function: { id: idOf(6, 60), name: i18n("后端开发", "Backend") },
    subject: { id: idOf(6, 70), name: i18n("2026 春招", "Spring 2026") },
    head_count: 2 + n,
    experience: 1 + (n % 8),
    expiry_time: Number(msAt(90)),
    min_salary: 20 + n,
    max_salary: 40 + n,
    required_degree: 6,
    city_list: [{ code: `CT_${n}`, name: i18n(cityZh, cityEn) }],
    job_attribute: 1,
    create_timestamp: msAt(-90),
    update_timestamp: msAt(-3),
    expiry_timestamp: msAt(90),
    target_major_list: [{ id: "0", zh_name: "不限", en_name: "Any" }],
  };
}

/** `GET /open-apis/hire/v2/talents/:talent_id`: the value of `data`. */
export function talentBody(id: string, n: number, creatorOpenId: string, applicationId: string) {
  const { zh, en, pinyin } = person(n);
  const customized_data_list = customFields(n);
  const work = {
    company_name: company(n),
    description: "做了很多事。 Did many things.",
    end_time: n % 2 ? "-" : "2025-12",
    start_time: "2023-07",
    title: "工程师",
    customized_data_list,
  };
  return {
    talent_id: id,
    basic_info: {
      name: n % 4 === 3 ? en : zh,
      mobile_number: `139${String(n).padStart(8, "0")}`,
      mobile_code: "86",
      email: `${pinyin}.${n}@example.test`,
      experience_years: n % 12,
      age: 22 + (n % 20),
      nationality_code: "CN_1",
      gender: 1 + (n % 3),
      current_location_code: "CT_1",
      hometown_location_code: "CT_2",
      preferred_location_code_list: ["CT_1", "CT_3"],
      home_address: `示例路 ${n} 号`,
      identification_type: 1,
      identification_number: `INVENTED-${n}`,
      birthday: Number(secondsAt(-365 * (22 + (n % 20)))),
      marital_status: 1 + (n % 2),
      customized_data_list,
      hukou_location_code: "CT_2",
      update_time: msAt(-1),
      create_time: msAt(-30),
      confidential: 2,
    },
    education_list: [
      {
        degree: 6 + (n % 3),
        school_name: school(n),
        major: major(n),
        start_time: "2019-09",
        end_time: "2023-06",
        education_type: 2,
        academic_ranking: 10,
        customized_data_list,
      },
    ],
    career_list: [work],
    project_list: [
      {
        project_name: "推荐系统",
        role: "Owner",
        link: "https://files.example.test/project",
        description: "一个项目。",
        start_time: "2024-01",
        end_time: "2024-09",
        customized_data_list,
      },
    ],
    works_list: [
      { id: idOf(6, 1000 + n), link: "https://files.example.test/work", description: "作品。", customized_data_list },
    ],
    award_list: [{ award_name: "奖学金", award_time: "2022-05", description: "一等。", customized_data_list }],
    language_list: [{ language: 1, proficiency: 1 + (n % 5), customized_data_list }],
    sns_list: [{ sns_type: 5, link: "https://files.example.test/sns", customized_data_list }],
    resume_source_list: [{ id: idOf(6, 80), zh_name: "官网", en_name: "Career site" }],
    internship_list: [{ ...work, end_time: "2022-09", start_time: "2022-06", title: "实习生" }],
    customized_data_list: [
      { module_id: idOf(6, 90), name: i18n("补充信息", "More"), object_type: 11, children: customFields(n + 1) },
    ],
    resume_attachment_id_list: [idOf(6, 2000 + n)],
    resume_attachment_list: [
      { id: idOf(6, 2000 + n), name: `${zh}-简历.pdf`, mime: "application/pdf", create_time: msAt(-30) },
    ],
    interview_registration_list: [
      {
        id: idOf(6, 3000 + n),
        registration_time: Number(msAt(-10)),
        download_url: "https://files.example.test/registration",
      },
    ],
    registration_list: [
      {
        id: idOf(6, 3000 + n),
        registration_time: Number(msAt(-10)),
        download_url: "https://files.example.test/registration",
        scenario: 5,
      },
    ],
    is_onboarded: false,
    is_in_agency_period: false,
    top_degree: 6 + (n % 3),
    talent_pool_id_list: [idOf(6, 100)],
    talent_folder_ref_list_v2: [
      { name: "重点关注", folder_id: idOf(6, 110), owner_id: creatorOpenId, add_time: msAt(-20) },
    ],
    tag_list: [{ id: idOf(6, 120), name: i18n("笔试优秀", "Strong test"), description: i18n("自动", "Set by rule"), type: 2 }],
    similar_info_v2: { is_similar_talent: false, similar_talent_id_list: [idOf(2, n + 1)] },
    block_info: { blocked_time: msAt(-400), creator_id: creatorOpenId, reason: "示例" },
    talent_pool_ref_list_v2: [
      { id: idOf(6, 100), name: i18n("春招池", "Spring pool"), description: i18n("春招", "Spring"), add_time: msAt(-20) },
    ],
    note_list_v2: [
      {
        id: idOf(6, 4000 + n),
        talent_id: id,
        application_id: applicationId,
        create_time: msAt(-5),
        update_time: msAt(-4),
        creator_id: creatorOpenId,
        content: "沟通顺畅。",
        privacy: 2,
      },
    ],
  };
}

/** `GET /open-apis/hire/v1/applications/:application_id`: the value of `data.application`. */
export function applicationBody(ids: { id: string; jobId: string; talentId: string }, n: number, creatorOpenId: string) {
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
