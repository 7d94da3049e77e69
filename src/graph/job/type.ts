import { GraphQLDateTime } from "graphql-scalars";
import { Int } from "type-graphql";
import type { JobEntity } from "../../loaders/index.js";
import { Address } from "../address/type.js";
import { CustomField } from "../custom-field/type.js";
import { ONE_CALL } from "../federation/directives.js";
import { ID } from "../schema/id.js";
import { directOnFields, enumType, objectType, SHAREABLE } from "../schema/object-type.js";
import { CalendarDate, I18nText, NamedRef, Place, RefActiveStatus } from "../schema/values.js";
import { User } from "../user/type.js";
import { JobConfig } from "./config-type.js";

type Item<List> = NonNullable<List> extends readonly (infer T)[] ? T : never;

const JobActiveStatus = enumType("JobActiveStatus", "Status of a job: open, or closed.", { OPEN: 1, CLOSED: 2 });

const JobProcessType = enumType("JobProcessType", "Experienced hires (社招) or campus hires (校招).", {
  SOCIAL: 1,
  CAMPUS: 2,
});

const JobAttribute = enumType("JobAttribute", "A real job (实体职位) or a virtual one (虚拟职位).", {
  REAL: 1,
  VIRTUAL: 2,
});

const JobExperience = enumType("JobExperience", "The experience that a job requires.", {
  ANY: 1,
  FRESH_GRADUATE: 2,
  UNDER_1_YEAR: 3,
  FROM_1_TO_3_YEARS: 4,
  FROM_3_TO_5_YEARS: 5,
  FROM_5_TO_7_YEARS: 6,
  FROM_7_TO_10_YEARS: 7,
  OVER_10_YEARS: 8,
});

const RequiredDegree = enumType("RequiredDegree", "The lowest degree that a job requires.", {
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

const StorefrontMode = enumType("StorefrontMode", "Kind of a job: normal, or for stores (门店).", {
  NORMAL: 1,
  STORE: 2,
});

const ActiveRef = objectType<NonNullable<JobEntity["minJobLevel"]>>(
  "ActiveRef",
  "A Feishu Hire setting that can be disabled, such as a job level.",
  {
    id: [ID, "Feishu's id."],
    name: [I18nText, "Its name."],
    activeStatus: [RefActiveStatus, "Status: in use, or not."],
  },
);

const JobRequirement = objectType<Item<JobEntity["jobRequirements"]>>(
  "JobRequirement",
  "A hiring requirement (招聘需求).",
  {
    id: [ID, "Feishu's id."],
    shortCode: [String, "Its number."],
    name: [String, "Its name."],
    departmentId: [ID, "The department that requests it."],
  },
);

const Storefront = objectType<Item<JobEntity["storefronts"]>>("Storefront", "A store (门店) that hires.", {
  id: [ID, "Feishu's id."],
  name: [I18nText, "Its name."],
  activeStatus: [RefActiveStatus, "Status: in use, or not."],
  department: [NamedRef, "Its department."],
  address: [Address, "Where it is."],
  manager: [User, "The manager."],
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
    description: [String, "The job description (职位描述)."],
    requirement: [String, "The job requirements (职位要求)."],
    activeStatus: [JobActiveStatus, "Status of the job: open, or closed."],
    recruitmentType: [ActiveRef, "The employment type (雇佣类型), such as full-time."],
    department: [NamedRef, "The department that hires."],
    city: [Place, "The single city of older jobs; prefer `cities`."],
    cities: [[Place], "Where the work is."],
    minJobLevel: [ActiveRef, "The lowest job level (职级)."],
    maxJobLevel: [ActiveRef, "The highest job level (职级)."],
    highlights: [[NamedRef], "The highlights of the job (职位亮点)."],
    jobCategory: [ActiveRef, "The job family (职位序列)."],
    jobType: [NamedRef, "The job class (职位类别)."],
    jobFunction: [NamedRef, "The function (职能分类)."],
    subject: [NamedRef, "The recruiting project (职位项目)."],
    creator: [User, "Who created the job; `null` where the system did."],
    createTime: [GraphQLDateTime, "When the job was created."],
    updateTime: [GraphQLDateTime, "When the job was last changed."],
    expiryTime: [GraphQLDateTime, "When the job closes by itself."],
    expiryDate: [CalendarDate, "The day on which the job closes by itself."],
    processType: [JobProcessType, "The kind of hires that the recruiting process is for."],
    process: [NamedRef, "The recruiting process (招聘流程)."],
    headCount: [Int, "The number of people to hire."],
    experience: [JobExperience, "The required experience."],
    requiredDegree: [RequiredDegree, "The lowest required degree."],
    minSalary: [Int, "The lowest monthly salary, in thousands."],
    maxSalary: [Int, "The highest monthly salary, in thousands."],
    jobAttribute: [JobAttribute, "Real or virtual."],
    targetMajors: [[NamedRef], "The target majors; id `0` means any."],
    customFields: [[CustomField], "The company's custom fields."],
    storefrontMode: [StorefrontMode, `Kind of the job: normal, or for stores. ${DETAIL}`],
    recruiter: [User, `The recruiter (招聘负责人). ${DETAIL}`],
    assistants: [[User], `The assistants (职位协助人). ${DETAIL}`],
    hiringManagers: [[User], `The hiring managers (用人经理). ${DETAIL}`],
    jobRequirements: [[JobRequirement], `The hiring requirements. ${DETAIL}`],
    addresses: [[Address], `The addresses. ${DETAIL}`],
    config: [JobConfig, `The recruiting settings (职位设置). ${DETAIL}`],
    storefronts: [[Storefront], `The stores, if the job is for stores. ${DETAIL}`],
    tags: [[JobTag], `The tags. ${DETAIL}`],
  },
  ['@key(fields: "id")', ONE_CALL],
);

directOnFields(Job, ["title"], [SHAREABLE]);
