import { GraphQLDateTime } from "graphql-scalars";
import { ID } from "type-graphql";
import type { ExamEntity } from "../../loaders/index.js";
import { FREE } from "../federation/cost-directives.js";
import { enumType, objectType } from "../schema/object-type.js";
import { I18nText } from "../schema/values.js";
import { User } from "../user/type.js";

const ExamStatus = enumType("ExamStatus", "How far a written exam has come.", {
  NOT_ARRANGED: 1,
  NOT_ANSWERED: 2,
  ANSWERED: 3,
  WAITING_FOR_MARKING: 4,
  PASSED: 5,
  FAILED: 6,
  ARRANGEMENT_FAILED: 7,
});

const ExamReplyStatus = enumType("ExamReplyStatus", "What a candidate answered to the invitation.", {
  ACCEPTED: 1,
  DECLINED: 2,
  NONE: 3,
});

const ExamSchedule = objectType<NonNullable<ExamEntity["schedule"]>>("ExamSchedule", "When an exam is held.", {
  startTime: [GraphQLDateTime, "Its beginning."],
  endTime: [GraphQLDateTime, "Its end."],
});

const ExamResult = objectType<ExamEntity["results"][number]>("ExamResult", "The result in one subject.", {
  subject: [String, "The subject."],
  result: [String, "The result."],
});

export const Exam = objectType<ExamEntity>(
  "Exam",
  "A written exam (笔试) that was arranged for an application. Needs Feishu's `hire:exam:readonly`.",
  {
    id: [ID, "Feishu's test id.", "required"],
    applicationId: [ID, "The application it belongs to."],
    talentId: [ID, "The candidate."],
    jobId: [ID, "The job applied for."],
    paperId: [ID, "The paper (试卷)."],
    paperName: [String, "The paper's name."],
    paperSourceId: [ID, "Where the paper comes from."],
    paperSourceName: [I18nText, "Where the paper comes from, by name."],
    replyStatus: [ExamReplyStatus, "What the candidate answered to the invitation."],
    status: [ExamStatus, "How far it has come."],
    schedule: [ExamSchedule, "When it is held."],
    completeTime: [GraphQLDateTime, "When the candidate finished."],
    reportUrls: [[String], "Reports."],
    results: [[ExamResult], "The results by subject."],
    resultUploadTime: [GraphQLDateTime, "When results entered by hand were uploaded."],
    score: [String, "The score, as Feishu writes it."],
    scoreSubmitTime: [GraphQLDateTime, "When the score was submitted."],
    reviewer: [User, "Who marks it."],
    reviewCreateTime: [GraphQLDateTime, "When it was given to the marker."],
    createTime: [GraphQLDateTime, "When it was arranged."],
    reviewedByMarker: [
      Boolean,
      "Whether the marker whose list this is marks it; `null` where no list leads here, or the kinds of id do not compare.",
    ],
  },
  ['@key(fields: "id", resolvable: false)', FREE],
);
