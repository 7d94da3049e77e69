import { GraphQLDateTime } from "graphql-scalars";
import { Int } from "type-graphql";
import type { Revealed } from "../../core/secret.js";
import type { TalentData } from "../../loaders/index.js";
import { CustomField } from "../custom-field/type.js";
import { ID } from "../schema/id.js";
import { enumType, objectType } from "../schema/object-type.js";
import { I18nText } from "../schema/values.js";
import { User } from "../user/type.js";

export const ResumeAttachment = objectType<Revealed<NonNullable<TalentData["resumeAttachments"]>>[number]>(
  "ResumeAttachment",
  "A résumé's file (简历附件).",
  {
    id: [ID, "The attachment's id."],
    name: [String, "The file's name."],
    mime: [String, "The file's media type."],
    createTime: [GraphQLDateTime, "When it was uploaded."],
  },
);

const RegistrationScenario = enumType("RegistrationScenario", "The occasion that a form was filled in for.", {
  INTERVIEW: 5,
  ONBOARDING: 6,
  INFORMATION_UPDATE: 14,
});

const registration = {
  id: [ID, "The form's id."],
  registrationTime: [GraphQLDateTime, "When it was filled in."],
  downloadUrl: [String, "The download link, valid for seven days."],
} as const;

export const Registration = objectType<Revealed<NonNullable<TalentData["interviewRegistrations"]>>[number]>(
  "Registration",
  "A form that was filled in before an interview (面试登记表).",
  registration,
);

export const RegistrationWithScenario = objectType<Revealed<NonNullable<TalentData["registrations"]>>[number]>(
  "RegistrationWithScenario",
  "A form that was filled in (登记表).",
  { ...registration, scenario: [RegistrationScenario, "The occasion."] },
);

export const CustomModule = objectType<TalentData["customModules"][number]>(
  "CustomModule",
  "A custom module of the company (自定义模块).",
  {
    id: [ID, "The module's id."],
    name: [I18nText, "Its name."],
    objectType: [Int, "Feishu's code of its kind."],
    fields: [[CustomField], "Its fields."],
  },
);

const TalentTagType = enumType("TalentTagType", "Who sets a tag.", { MANUAL: 1, AUTOMATIC: 2 });

export const TalentTag = objectType<TalentData["tags"][number]>("TalentTag", "A talent's tag (人才标签).", {
  id: [ID, "Feishu's id."],
  name: [I18nText, "Its name."],
  description: [I18nText, "What it means."],
  type: [TalentTagType, "Who sets it."],
});

export const TalentPool = objectType<TalentData["pools"][number]>("TalentPool", "A pool of talents (人才库).", {
  id: [ID, "Feishu's id."],
  name: [I18nText, "Its name."],
  description: [I18nText, "What it is for."],
  addTime: [GraphQLDateTime, "When the talent was put there."],
});

export const TalentFolder = objectType<TalentData["folders"][number]>("TalentFolder", "A folder of talents (文件夹).", {
  id: [ID, "Feishu's id."],
  name: [String, "Its name."],
  owner: [User, "The owner."],
  addTime: [GraphQLDateTime, "When the talent was put there."],
});

export const TalentSimilarity = objectType<NonNullable<TalentData["similarity"]>>(
  "TalentSimilarity",
  "Talents that may be the same person (相似人才).",
  { isSimilar: [Boolean, "True if any exist."], similarTalentIds: [[ID], "Their ids."] },
);

export const TalentBlock = objectType<NonNullable<TalentData["block"]>>("TalentBlock", "Why a talent is blocked.", {
  blockedTime: [GraphQLDateTime, "When the talent was blocked."],
  creator: [User, "Who blocked the talent."],
  reason: [String, "The reason."],
});

const NotePrivacy = enumType("NotePrivacy", "The visibility of a note.", { PRIVATE: 1, PUBLIC: 2 });

export const TalentNote = objectType<TalentData["notes"][number]>("TalentNote", "A note on a talent (备注).", {
  id: [ID, "Feishu's id."],
  talentId: [ID, "The talent."],
  applicationId: [ID, "The application it belongs to."],
  creator: [User, "Who wrote it."],
  createTime: [GraphQLDateTime, "When it was written."],
  updateTime: [GraphQLDateTime, "When it was last changed."],
  content: [String, "The text. For a private note, only for its author and with `hire:talent:pii`."],
  privacy: [NotePrivacy, "The visibility."],
});
