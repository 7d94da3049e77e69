/**
 * Template of one of `data.items` of `GET /open-apis/contact/v3/users/batch`.
 * It has every documented path with an invented value, as of May 2026.
 */
export const USER = {
  union_id: "on_29615d4f7a6c7e5873033fa5b4e9c680",
  user_id: "sample-user-id",
  open_id: "ou_b272bda9bf0c1cdcba614b5ed99c4d62",
  name: "sample-name",
  en_name: "Sample label",
  nickname: "sample-nickname",
  email: "zhixia.lin@example.test",
  mobile: "13900001234",
  mobile_visible: false,
  gender: 1,
  avatar_key: "sample-avatar-key",
  avatar: {
    avatar_72: "https://files.example.test/avatar_72",
    avatar_240: "https://files.example.test/avatar_240",
    avatar_640: "https://files.example.test/avatar_640",
    avatar_origin: "https://files.example.test/avatar_origin",
  },
  status: { is_frozen: false, is_resigned: false, is_activated: true, is_exited: false, is_unjoin: false },
  department_ids: ["od-c5ddee4c73b2b84b926b9f7e5d63fe96"],
  leader_user_id: "ou_b272bda9bf0c1cdcba614b5ed99c4d62",
  city: "sample-city",
  country: "sample-country",
  work_station: "sample-work-station",
  join_time: 1735689600,
  is_tenant_manager: false,
  employee_no: "1",
  employee_type: 1,
  orders: [
    {
      department_id: "od-281adaeb5b4e10a2c9a0fb3e3ab7dda5",
      user_order: 100,
      department_order: 100,
      is_primary_dept: true,
    },
  ],
  custom_attrs: [
    {
      type: "sample-type",
      id: "sample-id",
      value: {
        text: "sample-text",
        url: "https://files.example.test/url",
        pc_url: "https://files.example.test/pc_url",
        option_id: "sample-option-id",
        option_value: "sample-option-value",
        name: "sample-name",
        picture_url: "https://files.example.test/picture_url",
        generic_user: { id: "sample-id", type: 1 },
      },
    },
  ],
  enterprise_email: "zhixia.lin@example.test",
  job_title: "sample-job-title",
  is_frozen: false,
  geo: "sample-geo",
  job_level_id: "sample-job-level-id",
  job_family_id: "sample-job-family-id",
  subscription_ids: ["7300900000000001101"],
  assign_info: [
    {
      subscription_id: "7300900000000001102",
      license_plan_key: "sample-license-plan-key",
      product_name: "sample-product-name",
      i18n_name: { zh_cn: "示例名称", ja_jp: "Sample label", en_us: "Sample label" },
      start_time: "1735689600",
      end_time: "1735689600",
    },
  ],
  department_path: [
    {
      department_id: "od-4036d04bfe87ebb483492680a1d503f2",
      department_name: {
        name: "sample-name",
        i18n_name: { zh_cn: "示例名称", ja_jp: "Sample label", en_us: "Sample label" },
      },
      department_path: {
        department_ids: ["od-c3524e2cbec4dac8b89643a720a33cc3"],
        department_path_name: {
          name: "sample-name",
          i18n_name: { zh_cn: "示例名称", ja_jp: "Sample label", en_us: "Sample label" },
        },
      },
    },
  ],
  dotted_line_leader_user_ids: ["ou_b272bda9bf0c1cdcba614b5ed99c4d62"],
};
