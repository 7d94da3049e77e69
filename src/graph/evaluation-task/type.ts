import { enumType } from "../schema/object-type.js";
import { createTaskList } from "../task-list/list.js";

const EvaluationTaskStatus = enumType("EvaluationTaskStatus", "The status of an evaluation.", {
  PENDING: 1,
  EVALUATED: 2,
  NOT_NEEDED: 3,
});

export const { TaskResolver: EvaluationTaskResolver } = createTaskList({
  name: "EvaluationTask",
  description: "A résumé assigned to an employee for evaluation (简历评估任务). Its id is the evaluation's.",
  kind: "evaluationTasks",
  listDescription:
    "One employee's evaluation tasks (简历评估任务列表). Needs Feishu's `hire:evaluation:readonly`; costs as many calls as `examMarkingTasks`.",
  status: EvaluationTaskStatus,
  assignee: "evaluator",
});
