import { enumType } from "../schema/object-type.js";
import { createTaskList } from "../task-list/list.js";

const EvaluationTaskStatus = enumType("EvaluationTaskStatus", "How far an evaluation has come.", {
  PENDING: 1,
  EVALUATED: 2,
  NOT_NEEDED: 3,
});

export const { TaskResolver: EvaluationTaskResolver } = createTaskList({
  name: "EvaluationTask",
  description: "A résumé for somebody to evaluate (简历评估任务). Its id is the evaluation's.",
  kind: "evaluationTasks",
  listDescription:
    "The evaluations of one employee's (简历评估任务列表). Needs Feishu's `hire:evaluation:readonly`; costs what `examMarkingTasks` costs.",
  status: EvaluationTaskStatus,
  assignee: "evaluator",
});
