import { GraphQLDateTime } from "graphql-scalars";
import { Float, Int } from "type-graphql";
import type { ApplicationEntity } from "../../loaders/index.js";
import { LocatedAddress } from "../address/type.js";
import { ID } from "../schema/id.js";
import { objectType } from "../schema/object-type.js";
import { I18nText, InterviewType, NamedRef, Place } from "../schema/values.js";
import { User } from "../user/type.js";

type InterviewData = NonNullable<ApplicationEntity["interviews"]>[number];
type RecordData = InterviewData["records"][number];
type ModuleData = RecordData["modules"][number];
type DimensionData = ModuleData["dimensions"][number];
type QuestionData = DimensionData["questions"][number];

const Ability = objectType<QuestionData["abilities"][number]>("Ability", "An ability that a question tests.", {
  id: [ID, "Feishu's id."],
  name: [I18nText, "Its name."],
  description: [I18nText, "What it means."],
});

const QuestionAssessment = objectType<QuestionData>("QuestionAssessment", "A question that was asked.", {
  questionType: [Int, "Feishu's code of the kind of question."],
  title: [I18nText, "The question."],
  description: [I18nText, "What it is about."],
  content: [String, "What the interviewer wrote."],
  abilities: [[Ability], "The abilities that it tests."],
});

const DimensionOption = objectType<DimensionData["options"][number]>("DimensionOption", "An option of a dimension.", {
  id: [ID, "Feishu's id."],
  name: [I18nText, "Its name."],
  scoreValue: [Int, "The score it stands for."],
});

const RecommendedJobLevel = objectType<NonNullable<DimensionData["recommendedJobLevel"]>>(
  "RecommendedJobLevel",
  "The job levels that an interviewer recommends.",
  { lowest: [I18nText, "The lowest."], highest: [I18nText, "The highest."] },
);

const DimensionAssessment = objectType<DimensionData>("DimensionAssessment", "One dimension of an assessment (维度).", {
  id: [ID, "The dimension's id in its form."],
  name: [I18nText, "Its name."],
  dimensionType: [Int, "Feishu's code of the kind of dimension."],
  weight: [Float, "Its weight."],
  content: [String, "What the interviewer wrote."],
  option: [DimensionOption, "The option chosen."],
  options: [[DimensionOption], "The options chosen."],
  score: [Int, "The score given."],
  recommendedJobLevel: [RecommendedJobLevel, "The levels recommended."],
  questions: [[QuestionAssessment], "The questions asked."],
});

const ModuleAssessment = objectType<ModuleData>("ModuleAssessment", "One module of an assessment (模块).", {
  id: [ID, "The module's id in its form."],
  name: [I18nText, "Its name."],
  moduleType: [Int, "Feishu's code of the kind of module."],
  weight: [Float, "Its weight."],
  score: [Float, "Its score."],
  dimensions: [[DimensionAssessment], "Its dimensions."],
});

const RecordScore = objectType<NonNullable<RecordData["score"]>>(
  "RecordScore",
  "A score and the highest possible score.",
  {
    score: [Float, "The score."],
    totalScore: [Float, "The highest possible score."],
  },
);

const InterviewAttachment = objectType<RecordData["attachments"][number]>(
  "InterviewAttachment",
  "A file that an interviewer attached.",
  {
    fileId: [ID, "The file's id."],
    fileName: [String, "Its name."],
    contentType: [String, "Its media type."],
    createTime: [GraphQLDateTime, "When it was uploaded."],
  },
);

const InterviewRecord = objectType<RecordData>("InterviewRecord", "The record of one interviewer (面试记录).", {
  id: [ID, "Feishu's id."],
  feedbackFormId: [ID, "The form it was recorded in."],
  commitStatus: [Int, "Feishu's code: 1 submitted, 2 not."],
  submitTime: [GraphQLDateTime, "When it was submitted."],
  score: [RecordScore, "The score."],
  interviewer: [User, "The interviewer."],
  attachments: [[InterviewAttachment], "Files."],
  modules: [[ModuleAssessment], "The assessment, by module."],
});

const MeetingRoom = objectType<InterviewData["meetingRooms"][number]>("MeetingRoom", "A meeting room.", {
  roomId: [ID, "The room's id."],
  roomName: [String, "Its name."],
  buildingName: [String, "The building."],
  floorName: [String, "The floor."],
  reservedStatus: [Int, "Feishu's code of the reservation."],
});

export const Interview = objectType<InterviewData>("Interview", "An interview (面试) with its records.", {
  id: [ID, "Feishu's id."],
  applicationId: [ID, "The application it belongs to."],
  stageId: [ID, "The stage it belongs to."],
  stage: [NamedRef, "The stage it belongs to, by name."],
  round: [Int, "The round number, from 0."],
  roundType: [NamedRef, "The kind of round."],
  interviewType: [InterviewType, "How it is held."],
  beginTime: [GraphQLDateTime, "When it begins."],
  endTime: [GraphQLDateTime, "When it ends."],
  talentTimeZone: [Place, "The candidate's time zone."],
  records: [[InterviewRecord], "The interviewers' records."],
  feedbackSubmitTime: [GraphQLDateTime, "When the feedback was submitted."],
  creator: [User, "Who arranged it."],
  createTime: [GraphQLDateTime, "When it was arranged."],
  updateTime: [GraphQLDateTime, "When it was last changed."],
  roundSummary: [Int, "Feishu's code of the round's outcome."],
  arrangementId: [ID, "The arrangement's id."],
  arrangementStatus: [Int, "Feishu's code of the arrangement's state."],
  arrangementType: [Int, "Feishu's code of the kind of arrangement."],
  appointmentKind: [Int, "Feishu's code of the kind of appointment."],
  contactUser: [User, "The candidate's contact person."],
  contactMobile: [String, "The contact person's phone number. Personal data.", "personal"],
  remark: [String, "A note."],
  address: [LocatedAddress, "Where it is held."],
  videoType: [Int, "Feishu's code of the video tool."],
  meetingRooms: [[MeetingRoom], "The rooms."],
});
