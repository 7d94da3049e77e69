import { enumType } from "../schema/object-type.js";
import { createTaskList } from "../task-list/list.js";

const InterviewTaskStatus = enumType("InterviewTaskStatus", "How far an interview has come for its interviewer.", {
  NOT_STARTED: 1,
  NOT_EVALUATED: 2,
  EVALUATED: 3,
  TERMINATED: 5,
});

export const { TaskResolver: InterviewTaskResolver } = createTaskList({
  name: "InterviewTask",
  description: "An interview for somebody to hold and evaluate (面试任务). Its id is the interview's.",
  kind: "interviewTasks",
  listDescription:
    "The interviews of one employee's (面试任务列表). Needs Feishu's `hire:interview:readonly`; costs what `examMarkingTasks` costs.",
  status: InterviewTaskStatus,
  assignee: "interviewer",
});
