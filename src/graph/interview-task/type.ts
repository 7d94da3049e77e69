import { enumType } from "../schema/object-type.js";
import { createTaskList } from "../task-list/list.js";

const InterviewTaskStatus = enumType("InterviewTaskStatus", "The status of an interview for its interviewer.", {
  NOT_STARTED: 1,
  NOT_EVALUATED: 2,
  EVALUATED: 3,
  TERMINATED: 5,
});

export const { TaskResolver: InterviewTaskResolver } = createTaskList({
  name: "InterviewTask",
  description: "An interview assigned to an employee to hold and evaluate (面试任务). Its id is the interview's.",
  kind: "interviewTasks",
  listDescription:
    "One employee's interview tasks (面试任务列表). Needs Feishu's `hire:interview:readonly`; costs as many calls as `examMarkingTasks`.",
  status: InterviewTaskStatus,
  assignee: "interviewer",
});
