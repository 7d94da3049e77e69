import { GraphQLDateTime } from "graphql-scalars";
import type { ExamEntity } from "../../loaders/index.js";
import { FREE } from "../federation/directives.js";
import { ID } from "../schema/id.js";
import { enumType, objectType } from "../schema/object-type.js";
import { I18nText } from "../schema/values.js";
import { User } from "../user/type.js";

const ExamStatus = enumType("ExamStatus", "The status of a written exam.", {
  NOT_ARRANGED: 1,
  NOT_ANSWERED: 2,
  ANSWERED: 3,
  WAITING_FOR_MARKING: 4,
  PASSED: 5,
  FAILED: 6,
  ARRANGEMENT_FAILED: 7,
});

const ExamReplyStatus = enumType("ExamReplyStatus", "A candidate's reply to the invitation.", {
  ACCEPTED: 1,
  DECLINED: 2,
  NONE: 3,
});

const ExamSchedule = objectType<NonNullable<ExamEntity["schedule"]>>("ExamSchedule", "When an exam is held.", {
  startTime: [GraphQLDateTime, "The start."],
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
    replyStatus: [ExamReplyStatus, "The candidate's reply to the invitation."],
    status: [ExamStatus, "The status."],
    schedule: [ExamSchedule, "When it is held."],
    completeTime: [GraphQLDateTime, "When the candidate finished."],
    reportUrls: [[String], "Reports."],
    results: [[ExamResult], "The results by subject."],
    resultUploadTime: [GraphQLDateTime, "When results entered by hand were uploaded."],
    score: [String, "The score, as Feishu writes it."],
    scoreSubmitTime: [GraphQLDateTime, "When the score was submitted."],
    reviewer: [User, "The marker."],
    reviewCreateTime: [GraphQLDateTime, "When it was assigned to the marker."],
    createTime: [GraphQLDateTime, "When it was arranged."],
    reviewedByMarker: [
      Boolean,
      "True if the marker who owns the list marks it; `null` outside a marking list, or if the id types cannot be compared.",
    ],
  },
  ['@key(fields: "id", resolvable: false)', FREE],
);
