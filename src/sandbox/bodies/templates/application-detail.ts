/**
 * Template of `data.application_detail` of `GET /open-apis/hire/v1/applications/:application_id/get_detail`.
 * It has every documented path with an invented value, as of May 2026.
 */
export const APPLICATION_DETAIL = {
  basic_info: {
    id: "7300300000000000301",
    job_id: "7300100000000000101",
    talent_id: "7300200000000000201",
    stage: {
      id: "7300900000000002202",
      zh_name: "笔试",
      en_name: "Written test",
      type: 3,
    },
    active_status: 1,
    delivery_type: 1,
    resume_source_info: {
      id: "7300900000000002203",
      name: {
        zh_cn: "官网",
        en_us: "Career site",
      },
      resume_source_type: 10002,
    },
    website_resume_source: {
      website_id: "7300900000000002204",
      website_name: {
        zh_cn: "示例名称",
        en_us: "Sample label",
      },
      channel: {
        channel_id: "7300900000000002205",
        channel_name: {
          zh_cn: "示例名称",
          en_us: "Sample label",
        },
      },
    },
    talent_attachment_resume_id: "7300900000000002206",
    stage_time_list: [
      {
        stage_id: "7300900000000002207",
        enter_time: "1735693020000",
        exit_time: "1735692960000",
      },
    ],
    onboard_status: 1,
    application_preferred_city_list: [
      {
        code: "A0042",
        name: {
          zh_cn: "示例名称",
          en_us: "Sample label",
        },
      },
    ],
    termination_reason: {
      id: "7300900000000002208",
      name: {
        zh_cn: "示例名称",
        en_us: "Sample label",
      },
      children: [
        {
          id: "7300900000000002209",
          name: {
            zh_cn: "示例名称",
            en_us: "Sample label",
          },
        },
      ],
    },
    creator_id: "ou_b272bda9bf0c1cdcba614b5ed99c4d62",
    owner_id: "ou_b272bda9bf0c1cdcba614b5ed99c4d62",
    terminator_id: "ou_b272bda9bf0c1cdcba614b5ed99c4d62",
    create_time: "1735692180000",
    modify_time: "1735692180000",
  },
  job: {
    id: "7300100000000000101",
    name: "Backend Engineer (Payments)",
    code: "A0042",
  },
  talent: {
    id: "7300200000000000201",
    name: "林知夏",
    mobile_code: "sample-mobile-code",
    mobile_number: "13900001234",
    email: "zhixia.lin@example.test",
  },
  evaluations: [
    {
      id: "7300900000000002212",
      application_id: "7300300000000000301",
      stage_id: "7300900000000002213",
      creator_id: "ou_b272bda9bf0c1cdcba614b5ed99c4d62",
      evaluator_id: "ou_b272bda9bf0c1cdcba614b5ed99c4d62",
      commit_status: 1,
      conclusion: 1,
      content: "Invented content.",
      create_time: "1735692240000",
      update_time: "1735692240000",
    },
  ],
  interview_aggregation: {
    interviews: [
      {
        id: "7300900000000002214",
        begin_time: "1735693380000",
        end_time: "1735693260000",
        round: 0,
        interview_record_list: [
          {
            id: "7300900000000002215",
            feedback_form_id: "7300900000000002216",
            commit_status: 1,
            submit_time: "1735694700000",
            record_score: {
              score: 85.33,
              total_score: 100,
            },
            interviewer: {
              id: "7300900000000002217",
              name: {
                zh_cn: "示例名称",
                en_us: "Sample label",
              },
            },
            attachments: [
              {
                file_id: "7300900000000002218",
                file_name: "sample-file-name",
                content_type: "sample-content-type",
                create_time: "1735695360000",
              },
            ],
            module_assessments: [
              {
                interview_feedback_form_module_id: "7300900000000002219",
                module_name: {
                  zh_cn: "示例名称",
                  en_us: "Sample label",
                },
                module_type: 1,
                module_weight: 10,
                module_score: 10,
                dimension_assessments: [
                  {
                    interview_feedback_form_dimension_id: "7300900000000002220",
                    dimension_name: {
                      zh_cn: "示例名称",
                      en_us: "Sample label",
                    },
                    dimension_type: 1,
                    weight: 1,
                    dimension_content: "sample-dimension-content",
                    dimension_option: {
                      id: "7300900000000002221",
                      name: {
                        zh_cn: "示例名称",
                        en_us: "Sample label",
                      },
                      score_val: 10,
                    },
                    dimension_options: [
                      {
                        id: "7300900000000002222",
                        name: {
                          zh_cn: "示例名称",
                          en_us: "Sample label",
                        },
                        score_val: 10,
                      },
                    ],
                    dimension_score: 10,
                    recommended_job_level: {
                      lower_limit_job_level_name: {
                        zh_cn: "示例名称",
                        en_us: "Sample label",
                      },
                      higher_limit_job_level_name: {
                        zh_cn: "示例名称",
                        en_us: "Sample label",
                      },
                    },
                    question_assessments: [
                      {
                        question_type: 1,
                        title: {
                          zh_cn: "示例名称",
                          en_us: "Sample label",
                        },
                        description: {
                          zh_cn: "示例名称",
                          en_us: "Sample label",
                        },
                        content: "Invented content.",
                        abilities: [
                          {
                            id: "7300900000000002223",
                            name: {
                              zh_cn: "示例名称",
                              en_us: "Sample label",
                            },
                            description: {
                              zh_cn: "示例名称",
                              en_us: "Sample label",
                            },
                          },
                        ],
                      },
                    ],
                  },
                ],
              },
            ],
          },
        ],
        feedback_submit_time: "1735693980000",
        stage_id: "7300900000000002224",
        application_id: "7300300000000000301",
        stage: {
          id: "1735693200000",
          name: {
            zh_cn: "笔试",
            en_us: "Written test",
          },
        },
        creator: {
          id: "1735693320000",
          name: {
            zh_cn: "示例名称",
            en_us: "Sample label",
          },
        },
        create_time: "1735693440000",
        update_time: "1735693440000",
        interview_round_summary: 2,
        interview_arrangement_id: "7300900000000002225",
        interview_type: 1,
        talent_time_zone: {
          code: "A0042",
          name: {
            zh_cn: "示例名称",
            en_us: "Sample label",
          },
        },
        contact_user: {
          id: "1735693620000",
          name: {
            zh_cn: "示例名称",
            en_us: "Sample label",
          },
        },
        contact_mobile: "13900001234",
        remark: "Invented remark.",
        address: {
          id: "7300900000000002226",
          name: {
            zh_cn: "示例名称",
            en_us: "Sample label",
          },
          district: {
            name: {
              zh_cn: "示例名称",
              en_us: "Sample label",
            },
            code: "A0042",
            location_type: 1,
          },
          city: {
            name: {
              zh_cn: "杭州",
              en_us: "Hangzhou",
            },
            code: "A0042",
            location_type: 1,
          },
          state: {
            name: {
              zh_cn: "示例名称",
              en_us: "Sample label",
            },
            code: "A0042",
            location_type: 1,
          },
          country: {
            name: {
              zh_cn: "示例名称",
              en_us: "Sample label",
            },
            code: "A0042",
            location_type: 1,
          },
        },
        video_type: 1,
        arrangement_status: 1,
        arrangement_type: 1,
        arrangement_appointment_kind: 1,
        meeting_room_list: [
          {
            room_id: "7300900000000002227",
            room_name: "sample-room-name",
            building_name: "sample-building-name",
            reserved_status: 1,
            floor_name: "17",
          },
        ],
        interview_round_type: {
          id: "1735694100000",
          name: {
            zh_cn: "示例名称",
            en_us: "Sample label",
          },
        },
      },
    ],
  },
  offer: {
    offer_basic: {
      id: "7300900000000002228",
      offer_status: 10,
      leader: {
        id: "7300900000000002229",
        name: {
          zh_cn: "示例名称",
          en_us: "Sample label",
        },
      },
      employee_type: {
        id: "1735692780000",
        name: {
          zh_cn: "示例名称",
          en_us: "Sample label",
        },
      },
      department: {
        id: "7300900000000002230",
        name: {
          zh_cn: "支付平台部",
          en_us: "Payments Platform",
        },
      },
      sequence: {
        id: "1735692480000",
        name: {
          zh_cn: "示例名称",
          en_us: "Sample label",
        },
      },
      level: {
        id: "1735692300000",
        name: {
          zh_cn: "示例名称",
          en_us: "Sample label",
        },
      },
      company_main_body: {
        id: "1735693020000",
        name: {
          zh_cn: "示例名称",
          en_us: "Sample label",
        },
      },
      job_requirement_id: "7300900000000002231",
      probation_month: 3,
      contract_period: {
        period_type: 1,
        period: 3,
      },
      onboard_date: "2025-03-03",
      owner: {
        id: "7300900000000002232",
        name: {
          zh_cn: "示例名称",
          en_us: "Sample label",
        },
      },
      onboard_address: {
        id: "7300900000000002233",
        name: {
          zh_cn: "示例名称",
          en_us: "Sample label",
        },
        district: {
          name: {
            zh_cn: "示例名称",
            en_us: "Sample label",
          },
          code: "A0042",
          location_type: 1,
        },
        city: {
          name: {
            zh_cn: "杭州",
            en_us: "Hangzhou",
          },
          code: "A0042",
          location_type: 1,
        },
        state: {
          name: {
            zh_cn: "示例名称",
            en_us: "Sample label",
          },
          code: "A0042",
          location_type: 1,
        },
        country: {
          name: {
            zh_cn: "示例名称",
            en_us: "Sample label",
          },
          code: "A0042",
          location_type: 1,
        },
      },
      work_address: {
        id: "7300900000000002234",
        name: {
          zh_cn: "示例名称",
          en_us: "Sample label",
        },
        district: {
          name: {
            zh_cn: "示例名称",
            en_us: "Sample label",
          },
          code: "A0042",
          location_type: 1,
        },
        city: {
          name: {
            zh_cn: "杭州",
            en_us: "Hangzhou",
          },
          code: "A0042",
          location_type: 1,
        },
        state: {
          name: {
            zh_cn: "示例名称",
            en_us: "Sample label",
          },
          code: "A0042",
          location_type: 1,
        },
        country: {
          name: {
            zh_cn: "示例名称",
            en_us: "Sample label",
          },
          code: "A0042",
          location_type: 1,
        },
      },
      remark: "Invented remark.",
      attachment_list: [
        {
          id: "7300900000000002235",
          name: "sample-name",
          size: 4096,
          common_attachment_id: "7300900000000002236",
        },
      ],
      customize_info_list: [
        {
          object_id: "7300900000000002237",
          customize_value: "sample-customize-value",
        },
      ],
      create_time: "1735692540000",
    },
    offer_salary: {
      id: "7300900000000002238",
      salary_status: 1,
      probation_salary_percentage: "sample-probation-salary-percentage",
      award_salary_multiple: "3",
      option_shares: "100",
      quarterly_bonus: "1000",
      half_year_bonus: "3000",
      total_annual_cash: "200000",
      customize_info_list: [
        {
          object_id: "7300900000000002239",
          customize_value: "1",
        },
      ],
      create_time: "1735692600000",
    },
  },
  employee: {
    id: "123",
    application_id: "7300300000000000301",
    onboard_status: 1,
    conversion_status: 1,
    onboard_time: "1735692120000",
    expected_conversion_time: "1735692840000",
    actual_conversion_time: "1735692720000",
    overboard_time: "1735692240000",
    overboard_note: "sample-overboard-note",
    onboard_city_code: "sample-onboard-city-code",
    department_id: "7300900000000002240",
    leader_id: "ou_b272bda9bf0c1cdcba614b5ed99c4d62",
    sequence_id: "6501",
    level_id: "6301",
    employee_type: "1",
    job_requirement_id: "123123123213",
  },
  agency: {
    basic_info: {
      hunter_user_name: {
        zh_cn: "示例名称",
        en_us: "Sample label",
      },
      hunter_company_name: "sample-hunter-company-name",
    },
    comment_info: [
      {
        name: {
          zh_cn: "示例名称",
          en_us: "Sample label",
        },
        value: {
          zh_cn: "示例名称",
          en_us: "Sample label",
        },
        description: {
          zh_cn: "示例名称",
          en_us: "Sample label",
        },
      },
    ],
    salary_info: [
      {
        name: {
          zh_cn: "示例名称",
          en_us: "Sample label",
        },
        value: {
          zh_cn: "示例名称",
          en_us: "Sample label",
        },
        description: {
          zh_cn: "示例名称",
          en_us: "Sample label",
        },
      },
    ],
  },
  portal: {
    campus_volunteer_info: {
      volunteer_seq: 1,
    },
  },
  referral: {
    basic_info: {
      id: "7300900000000002241",
      application_id: "7300300000000000301",
      referral_type: 1,
      user_info: {
        id: "7300900000000002242",
        name: {
          zh_cn: "示例名称",
          en_us: "Sample label",
        },
      },
      create_time: "1735692660000",
      referral_method: 1,
    },
    recommend_info: {
      relationship: 1,
      familiarity: 0,
      comment: "sample-comment",
      specific_relationship: {
        relation_with_candidate: 1,
        extra: "sample-extra",
      },
      work_ability_familiarity: 1,
      match_degree: 1,
    },
  },
};
