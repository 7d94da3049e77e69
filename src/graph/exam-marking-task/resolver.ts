import type { GraphQLResolveInfo } from "graphql";
import { Args, Ctx, FieldResolver, Info, Query, Resolver, Root } from "type-graphql";
import { Application } from "../application/type.js";
import { type ConnectionOf } from "../connection-types.js";
import type { GraphContext } from "../context.js";
import { Job } from "../job/type.js";
import { loadReferenced, ROW_TELLS } from "../referenced.js";
import { Talent } from "../talent/type.js";
import { ExamMarkingTasksArgs } from "./args.js";
import { readExamMarkingTasks } from "./read.js";
import { ExamMarkingTask, ExamMarkingTaskConnection } from "./type.js";

@Resolver(() => ExamMarkingTask)
export class ExamMarkingTaskResolver {
  @Query(() => ExamMarkingTaskConnection, {
    description:
      "The written exams that one employee has to mark or has marked (笔试阅卷任务列表). `first: N` costs one Feishu call for every 20 tasks, and going on from the middle of a page, or in a list filtered by `status`, one more.",
  })
  examMarkingTasks(
    @Args(() => ExamMarkingTasksArgs) args: ExamMarkingTasksArgs,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<ExamMarkingTask>> {
    return readExamMarkingTasks(args, context, info);
  }

  @FieldResolver(() => Job, { nullable: true, description: "The job (职位). `job { id }` alone costs no call." })
  job(@Root() { jobId }: ExamMarkingTask, @Ctx() { loaders }: GraphContext, @Info() info: GraphQLResolveInfo) {
    return typeof jobId === "string" ? loadReferenced(loaders.job, { id: jobId }, ROW_TELLS.job, info) : null;
  }

  @FieldResolver(() => Talent, {
    nullable: true,
    description: "The candidate (人才). `talent { id }` alone costs no call.",
  })
  talent(@Root() { talentId }: ExamMarkingTask, @Ctx() { loaders }: GraphContext, @Info() info: GraphQLResolveInfo) {
    return typeof talentId === "string"
      ? loadReferenced(loaders.talent, { id: talentId }, ROW_TELLS.talent, info)
      : null;
  }

  @FieldResolver(() => Application, {
    nullable: true,
    description: "The application (投递). `application { id jobId talentId }` alone costs no call.",
  })
  application(@Root() task: ExamMarkingTask, @Ctx() { loaders }: GraphContext, @Info() info: GraphQLResolveInfo) {
    const { applicationId: id, jobId, talentId } = task;
    if (typeof id !== "string") return null;
    const reference = {
      id,
      jobId: typeof jobId === "string" ? jobId : null,
      talentId: typeof talentId === "string" ? talentId : null,
    };
    return loadReferenced(loaders.application, reference, ROW_TELLS.application, info);
  }
}
