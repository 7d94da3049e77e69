/**
 * Template of `data.job_detail` of `GET /open-apis/hire/v1/jobs/:job_id/get_detail`.
 * It has every documented path with an invented value, as of May 2026.
 */
export const JOB_DETAIL = {
  basic_info: {
    id: "7300100000000000101",
    title: "Backend Engineer (Payments)",
    description: "Invented description text.",
    code: "A0042",
    requirement: "Invented requirement text.",
    recruitment_type: {
      id: "7300900000000001402",
      name: {
        zh_cn: "全职",
        en_us: "Full-time",
      },
      active_status: 1,
    },
    department: {
      id: "7300900000000001403",
      name: {
        zh_cn: "支付平台部",
        en_us: "Payments Platform",
      },
    },
    min_job_level: {
      id: "7300900000000001404",
      name: {
        zh_cn: "初级",
        en_us: "Junior",
      },
      active_status: 1,
    },
    max_job_level: {
      id: "7300900000000001405",
      name: {
        zh_cn: "高级",
        en_us: "Senior",
      },
      active_status: 1,
    },
    highlight_list: [
      {
        id: "7300900000000001406",
        name: {
          zh_cn: "弹性工作",
          en_us: "Flexible hours",
        },
      },
    ],
    job_category: {
      id: "7300900000000001407",
      name: {
        zh_cn: "技术序列",
        en_us: "Engineering",
      },
      active_status: 1,
    },
    job_type: {
      id: "7300900000000001408",
      name: {
        zh_cn: "研发",
        en_us: "R&D",
      },
    },
    active_status: 1,
    creator_id: "7300900000000001409",
    create_time: "1735691700000",
    update_time: "1735691700000",
    process_type: 1,
    process_id: "1",
    process_name: {
      zh_cn: "示例名称",
      en_us: "Sample label",
    },
    customized_data_list: [
      {
        object_id: "7300900000000001410",
        name: {
          zh_cn: "示例名称",
          en_us: "Sample label",
        },
        object_type: 1,
        value: {
          content: "Invented content.",
          option: {
            key: "sample-key",
            name: {
              zh_cn: "示例名称",
              en_us: "Sample label",
            },
          },
          option_list: [
            {
              key: "sample-key",
              name: {
                zh_cn: "示例名称",
                en_us: "Sample label",
              },
            },
          ],
          time_range: {
            start_time: "1735693740000",
            end_time: "1735693620000",
          },
          time: "1735692780000",
          number: "111",
        },
      },
    ],
    job_function: {
      id: "7300900000000001411",
      name: {
        zh_cn: "后端开发",
        en_us: "Backend",
      },
    },
    subject: {
      id: "7300900000000001412",
      name: {
        zh_cn: "2025 春招",
        en_us: "Spring 2025",
      },
    },
    head_count: 100,
    experience: 1,
    expiry_time: "1735691700000",
    min_salary: 10,
    max_salary: 20,
    required_degree: 1,
    city_list: [
      {
        code: "A0042",
        name: {
          zh_cn: "杭州",
          en_us: "Hangzhou",
        },
      },
    ],
    job_attribute: 1,
    target_major_list: [
      {
        id: "7300900000000001413",
        name: {
          zh_cn: "示例名称",
          en_us: "Sample label",
        },
      },
    ],
    storefront_mode: 1,
  },
  recruiter: {
    id: "ou_b272bda9bf0c1cdcba614b5ed99c4d62",
    name: {
      zh_cn: "周承远",
      en_us: "Chengyuan Zhou",
    },
  },
  assistant_list: [
    {
      id: "ou_b272bda9bf0c1cdcba614b5ed99c4d62",
      name: {
        zh_cn: "示例名称",
        en_us: "Sample label",
      },
    },
  ],
  hiring_manager_list: [
    {
      id: "ou_b272bda9bf0c1cdcba614b5ed99c4d62",
      name: {
        zh_cn: "示例名称",
        en_us: "Sample label",
      },
    },
  ],
  job_requirement_list: [
    {
      id: "7300900000000001414",
      short_code: "2232",
      name: "sample-name",
      department_id: "7300900000000001415",
    },
  ],
  address_list: [
    {
      id: "7300900000000001416",
      name: {
        zh_cn: "示例名称",
        en_us: "Sample label",
      },
      district: {
        code: "A0042",
        name: {
          zh_cn: "示例名称",
          en_us: "Sample label",
        },
      },
      city: {
        code: "A0042",
        name: {
          zh_cn: "杭州",
          en_us: "Hangzhou",
        },
      },
      state: {
        code: "A0042",
        name: {
          zh_cn: "示例名称",
          en_us: "Sample label",
        },
      },
      country: {
        code: "A0042",
        name: {
          zh_cn: "示例名称",
          en_us: "Sample label",
        },
      },
    },
  ],
  job_config: {
    offer_apply_schema: {
      id: "7300900000000001417",
      name: {
        zh_cn: "示例名称",
        en_us: "Sample label",
      },
    },
    offer_process_conf: {
      id: "7300900000000001418",
      name: {
        zh_cn: "示例名称",
        en_us: "Sample label",
      },
    },
    recommended_evaluator_list: [
      {
        id: "7300900000000001419",
        name: {
          zh_cn: "示例名称",
          en_us: "Sample label",
        },
      },
    ],
    assessment_template: {
      id: "7300900000000001420",
      name: {
        zh_cn: "示例名称",
        en_us: "Sample label",
      },
    },
    interview_round_list: [
      {
        interviewer_list: [
          {
            id: "7300900000000001421",
            name: {
              zh_cn: "示例名称",
              en_us: "Sample label",
            },
          },
        ],
        round: 1,
      },
    ],
    interview_registration: {
      schema_id: "7300900000000001422",
      name: "sample-name",
    },
    onboard_registration: {
      schema_id: "7300900000000001423",
      name: "sample-name",
    },
    interview_round_type_list: [
      {
        assessment_round: {
          id: "7300900000000001424",
          name: {
            zh_cn: "示例名称",
            en_us: "Sample label",
          },
        },
        assessment_template: {
          id: "7300900000000001425",
          name: {
            zh_cn: "示例名称",
            en_us: "Sample label",
          },
        },
      },
    ],
    related_job_list: [
      {
        id: "7300900000000001426",
        name: {
          zh_cn: "示例名称",
          en_us: "Sample label",
        },
      },
    ],
    job_attribute: 1,
    interview_appointment_config: {
      enable_interview_appointment_by_interviewer: true,
      config: {
        interview_type: 1,
        talent_timezone_code: "sample-talent-timezone-code",
        contact_user_id: "ou_b272bda9bf0c1cdcba614b5ed99c4d62",
        contact_mobile: "13900001234",
        contact_email: "zhixia.lin@example.test",
        address_id: "7300900000000001427",
        video_type: 1,
        cc: ["ou_b272bda9bf0c1cdcba614b5ed99c4d62"],
        remark: "Invented remark.",
        interview_notification_template_id: "7300900000000001428",
        appointment_notification_template_id: "7300900000000001429",
        cancel_interview_notification_template_id: "7300900000000001430",
      },
    },
    internship_offer_apply_schema: {
      id: "7300900000000001431",
      name: {
        zh_cn: "示例名称",
        en_us: "Sample label",
      },
    },
  },
  storefront_list: [
    {
      id: "7300900000000001432",
      name: {
        zh_cn: "示例名称",
        en_us: "Sample label",
      },
      active_status: 1,
      department: {
        id: "7300900000000001433",
        name: {
          zh_cn: "支付平台部",
          en_us: "Payments Platform",
        },
      },
      address: {
        id: "7300900000000001434",
        name: {
          zh_cn: "示例名称",
          en_us: "Sample label",
        },
        district: {
          code: "A0042",
          name: {
            zh_cn: "示例名称",
            en_us: "Sample label",
          },
        },
        city: {
          code: "A0042",
          name: {
            zh_cn: "杭州",
            en_us: "Hangzhou",
          },
        },
        state: {
          code: "A0042",
          name: {
            zh_cn: "示例名称",
            en_us: "Sample label",
          },
        },
        country: {
          code: "A0042",
          name: {
            zh_cn: "示例名称",
            en_us: "Sample label",
          },
        },
      },
      manager: {
        id: "ou_b272bda9bf0c1cdcba614b5ed99c4d62",
        name: {
          zh_cn: "示例名称",
          en_us: "Sample label",
        },
      },
      create_time: "1735692000000",
      remark: {
        zh_cn: "示例名称",
        en_us: "Sample label",
      },
    },
  ],
  tag_list: [
    {
      id: "7300900000000001435",
      name: {
        zh_cn: "示例名称",
        en_us: "Sample label",
      },
      order: 1,
    },
  ],
};
