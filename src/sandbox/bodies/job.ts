import { job } from "../names.js";
import { customField, i18n, idOf, msAt } from "./values.js";

/** Returns `data.job` of `GET /open-apis/hire/v1/jobs/:job_id`. */
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
