import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import type { ExamEntity } from "../../loaders/index.js";
import type { GraphContext } from "../context.js";
import { readExams } from "../exam/read.js";
import { Exam } from "../exam/type.js";
import type { Task } from "../task-list/task.js";
import { ExamMarkingTask } from "./type.js";

@Resolver(() => ExamMarkingTask)
export class ExamMarkingTaskExamsResolver {
  @FieldResolver(() => [Exam], {
    nullable: true,
    description:
      "The exams of the application; those that this marker marks come first. One Feishu call for up to 100 applications of a request.",
  })
  async exams(
    @Root() { applicationId, assignee }: Task,
    @Ctx() { loaders }: GraphContext,
  ): Promise<ExamEntity[] | null> {
    return typeof applicationId === "string" ? readExams(loaders, applicationId, assignee) : null;
  }
}
