import { registerEnumType } from "type-graphql";
import { createTaskList } from "../task-list/list.js";

/** Feishu's `activity_status` of a marking task. */
export enum ExamMarkingStatus {
  PENDING = 1,
  MARKED = 2,
}

registerEnumType(ExamMarkingStatus, {
  name: "ExamMarkingStatus",
  description: "Status of a written exam: marked, or not.",
  valuesConfig: { PENDING: { description: "To be marked (待阅卷)." }, MARKED: { description: "Marked (已阅卷)." } },
});

export const {
  Type: ExamMarkingTask,
  TaskResolver: ExamMarkingTaskResolver,
  Connection: ExamMarkingTaskConnection,
} = createTaskList({
  name: "ExamMarkingTask",
  description: "A written exam assigned to an employee for marking (笔试阅卷任务).",
  kind: "examMarkingTasks",
  listDescription:
    "The written exams that one employee has to mark or has marked (笔试阅卷任务列表). `first: N` costs one Feishu call for every 20 tasks. Continuing from the middle of a page, or in a list filtered by `status`, costs one more.",
  status: ExamMarkingStatus,
  assignee: "marker",
});
