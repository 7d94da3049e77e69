import { GraphQLDateTime } from "graphql-scalars";
import { ID, Int } from "type-graphql";
import type { JobEntity } from "../../loaders/index.js";
import { Address } from "../address/type.js";
import { CustomField } from "../custom-field/type.js";
import { ONE_CALL } from "../federation/cost-directives.js";
import { directOnFields, enumType, objectType, SHAREABLE } from "../schema/object-type.js";
import { I18nText, NamedRef, Place, RefActiveStatus } from "../schema/values.js";
import { User } from "../user/type.js";
import { JobConfig } from "./config-type.js";

type Item<List> = NonNullable<List> extends readonly (infer T)[] ? T : never;

const JobActiveStatus = enumType("JobActiveStatus", "Whether a job is open.", { OPEN: 1, CLOSED: 2 });

const JobProcessType = enumType("JobProcessType", "Experienced hires (社招) or campus hires (校招).", {
  SOCIAL: 1,
  CAMPUS: 2,
});

const JobAttribute = enumType("JobAttribute", "A real job (实体职位) or a virtual one (虚拟职位).", {
  REAL: 1,
  VIRTUAL: 2,
});

const JobExperience = enumType("JobExperience", "The experience a job asks for.", {
  ANY: 1,
  FRESH_GRADUATE: 2,
  UNDER_1_YEAR: 3,
  FROM_1_TO_3_YEARS: 4,
  FROM_3_TO_5_YEARS: 5,
  FROM_5_TO_7_YEARS: 6,
  FROM_7_TO_10_YEARS: 7,
  OVER_10_YEARS: 8,
});

const RequiredDegree = enumType("RequiredDegree", "The lowest degree a job asks for.", {
  PRIMARY_SCHOOL: 1,
  JUNIOR_MIDDLE_SCHOOL: 2,
  VOCATIONAL_SCHOOL: 3,
  HIGH_SCHOOL: 4,
  COLLEGE: 5,
  BACHELOR: 6,
  MASTER: 7,
  DOCTOR: 8,
  ANY: 20,
});

const StorefrontMode = enumType("StorefrontMode", "Whether a job is for stores (门店).", { NORMAL: 1, STORE: 2 });

const ActiveRef = objectType<NonNullable<JobEntity["minJobLevel"]>>(
  "ActiveRef",
  "A setting of Feishu Hire's that can be out of use, such as a job level.",
  { id: [ID, "Feishu's id."], name: [I18nText, "Its name."], activeStatus: [RefActiveStatus, "Whether it is in use."] },
);

const JobRequirement = objectType<Item<JobEntity["jobRequirements"]>>(
  "JobRequirement",
  "A hiring requirement (招聘需求).",
  {
    id: [ID, "Feishu's id."],
    shortCode: [String, "Its number."],
    name: [String, "Its name."],
    departmentId: [ID, "The department that asks."],
  },
);

const Storefront = objectType<Item<JobEntity["storefronts"]>>("Storefront", "A store (门店) that hires.", {
  id: [ID, "Feishu's id."],
  name: [I18nText, "Its name."],
  activeStatus: [RefActiveStatus, "Whether it is in use."],
  department: [NamedRef, "Its department."],
  address: [Address, "Where it is."],
  manager: [User, "Who runs it."],
  createTime: [GraphQLDateTime, "When it was recorded."],
  remark: [I18nText, "A note on it."],
});

const JobTag = objectType<Item<JobEntity["tags"]>>("JobTag", "A job's tag (职位标签).", {
  id: [ID, "Feishu's id."],
  name: [I18nText, "Its name."],
  order: [Int, "Its place among the tags."],
});

const DETAIL = "Needs Feishu's `hire:job.composite_info:readonly`.";

export const Job = objectType<JobEntity>(
  "Job",
  "A job (职位). Needs Feishu's `hire:job:readonly`; where a field says so, `hire:job.composite_info:readonly`.",
  {
    id: [ID, "Feishu's job id.", "required"],
    title: [String, "The title."],
    code: [String, "The job number (职位编号), such as `R18`."],
    description: [String, "What the work is (职位描述)."],
    requirement: [String, "What is asked for (职位要求)."],
    activeStatus: [JobActiveStatus, "Whether the job is open."],
    recruitmentType: [ActiveRef, "How one is employed (雇佣类型), such as full-time."],
    department: [NamedRef, "The department that hires."],
    city: [Place, "The single city of older jobs; prefer `cities`."],
    cities: [[Place], "Where the work is."],
    minJobLevel: [ActiveRef, "The lowest job level (职级)."],
    maxJobLevel: [ActiveRef, "The highest job level (职级)."],
    highlights: [[NamedRef], "What speaks for the job (职位亮点)."],
    jobCategory: [ActiveRef, "The job family (职位序列)."],
    jobType: [NamedRef, "The job class (职位类别)."],
    jobFunction: [NamedRef, "The function (职能分类)."],
    subject: [NamedRef, "The recruiting project (职位项目)."],
    creator: [User, "Who created the job; `null` where the system did."],
    createTime: [GraphQLDateTime, "When the job was created."],
    updateTime: [GraphQLDateTime, "When the job was last changed."],
    expiryTime: [GraphQLDateTime, "When the job closes by itself."],
    processType: [JobProcessType, "For whom the recruiting process is."],
    process: [NamedRef, "The recruiting process (招聘流程)."],
    headCount: [Int, "How many people are wanted."],
    experience: [JobExperience, "The experience asked for."],
    requiredDegree: [RequiredDegree, "The lowest degree asked for."],
    minSalary: [Int, "The lowest monthly salary, in thousands."],
    maxSalary: [Int, "The highest monthly salary, in thousands."],
    jobAttribute: [JobAttribute, "Real or virtual."],
    targetMajors: [[NamedRef], "The majors wanted; id `0` is any."],
    customFields: [[CustomField], "The company's own fields."],
    storefrontMode: [StorefrontMode, `Whether it is for stores. ${DETAIL}`],
    recruiter: [User, `Who recruits (招聘负责人). ${DETAIL}`],
    assistants: [[User], `Who helps to recruit (职位协助人). ${DETAIL}`],
    hiringManagers: [[User], `Who hires (用人经理). ${DETAIL}`],
    jobRequirements: [[JobRequirement], `The hiring requirements. ${DETAIL}`],
    addresses: [[Address], `The addresses. ${DETAIL}`],
    config: [JobConfig, `How one is recruited for it (职位设置). ${DETAIL}`],
    storefronts: [[Storefront], `The stores, of a job that is for stores. ${DETAIL}`],
    tags: [[JobTag], `The tags. ${DETAIL}`],
  },
  ['@key(fields: "id")', ONE_CALL],
);

directOnFields(Job, ["title"], [SHAREABLE]);
