import { Int } from "type-graphql";
import type { Revealed } from "../../core/secret.js";
import type { TalentData } from "../../loaders/index.js";
import { CustomField } from "../custom-field/type.js";
import { ID } from "../schema/id.js";
import { enumType, objectType } from "../schema/object-type.js";
import { YearMonth } from "../schema/values.js";

export const Degree = enumType("Degree", "A degree (学历).", {
  PRIMARY_SCHOOL: 1,
  JUNIOR_MIDDLE_SCHOOL: 2,
  VOCATIONAL_SCHOOL: 3,
  HIGH_SCHOOL: 4,
  COLLEGE: 5,
  BACHELOR: 6,
  MASTER: 7,
  DOCTOR: 8,
  OTHER: 9,
});

const EducationType = enumType("EducationType", "The mode of study.", {
  OVERSEAS: 1,
  FULL_TIME: 2,
  PART_TIME: 3,
  SELF_STUDY: 4,
  OTHER: 5,
});

const AcademicRanking = enumType("AcademicRanking", "The rank within the class (成绩排名).", {
  TOP_5_PERCENT: 5,
  TOP_10_PERCENT: 10,
  TOP_20_PERCENT: 20,
  TOP_30_PERCENT: 30,
  TOP_50_PERCENT: 50,
  OTHER: -1,
});

/** Field that every entry of a talent's history has. */
const customFields = [[CustomField], "The company's custom fields."] as const;
const period = {
  startTime: [YearMonth, "The first month."],
  endTime: [YearMonth, "The last month; `null` while it is ongoing."],
  ongoing: [Boolean, "True if it is ongoing (至今)."],
  customFields,
} as const;

export const Education = objectType<TalentData["educations"][number]>("Education", "A time of education (教育经历).", {
  schoolName: [String, "The school."],
  major: [String, "What was studied."],
  degree: [Degree, "The degree."],
  educationType: [EducationType, "The mode of study."],
  academicRanking: [AcademicRanking, "The rank within the class."],
  ...period,
});

export const Career = objectType<TalentData["careers"][number]>(
  "Career",
  "A time of work (工作经历) or an internship (实习经历).",
  {
    companyName: [String, "The company."],
    title: [String, "The position."],
    description: [String, "What was done."],
    ...period,
  },
);

export const Project = objectType<TalentData["projects"][number]>("Project", "A project (项目经历).", {
  name: [String, "Its name."],
  role: [String, "The talent's part in it."],
  link: [String, "Where it can be seen."],
  description: [String, "What was done."],
  ...period,
});

export const Work = objectType<Revealed<NonNullable<TalentData["works"]>>[number]>("Work", "A work (作品).", {
  id: [ID, "Its attachment's id."],
  link: [String, "Where it can be seen."],
  description: [String, "What it is."],
  customFields,
});

export const Award = objectType<TalentData["awards"][number]>("Award", "An award (获奖).", {
  name: [String, "Its name."],
  time: [YearMonth, "When it was given."],
  description: [String, "The reason for the award."],
  customFields,
});

export const Language = objectType<TalentData["languages"][number]>(
  "Language",
  "A language that a talent knows (语言能力).",
  {
    language: [Int, "Feishu's code: 1 English, 2 French, 3 Japanese, 24 Mandarin, and so on to 25."],
    proficiency: [Int, "How well, from 1 (basic) to 5 (native)."],
    customFields,
  },
);

const SnsType = enumType("SnsType", "A social network.", {
  LINKED_IN: 1,
  MAIMAI: 2,
  WECHAT: 3,
  WEIBO: 4,
  GITHUB: 5,
  ZHIHU: 6,
  FACEBOOK: 7,
  TWITTER: 8,
  WHATSAPP: 9,
  PERSONAL_SITE: 10,
  QQ: 11,
});

export const SnsAccount = objectType<Revealed<NonNullable<TalentData["snsAccounts"]>>[number]>(
  "SnsAccount",
  "An account (社交账号).",
  {
    type: [SnsType, "The social network."],
    link: [String, "The account. Personal data."],
    customFields,
  },
);
