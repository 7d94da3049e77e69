import type { GraphQLResolveInfo } from "graphql";
import {
  Args,
  ArgsType,
  type ClassType,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  Info,
  Int,
  Query,
  Resolver,
  Root,
} from "type-graphql";
import type { TaskKind } from "../../loaders/index.js";
import { applicationFields } from "../application/fields.js";
import { Application } from "../application/type.js";
import type { GraphContext } from "../context.js";
import { LIST_CALLS, LIST_SIZE, SIGNED_IN } from "../federation/directives.js";
import { Job } from "../job/type.js";
import { FIELDS_ON_ROW, loadReference } from "../load-reference.js";
import { type ConnectionOf, createConnectionTypes } from "../schema/connection-types.js";
import { ID } from "../schema/id.js";
import { Talent } from "../talent/type.js";
import { User, UserIdType } from "../user/type.js";
import { readTasks, type TaskListArgs } from "./read.js";
import { type Task, type TaskNode, taskType } from "./task.js";

/** Specification of one of Feishu's task lists in the graph. */
export interface TaskListSpec {
  /** Name of the type, such as `ExamMarkingTask`. */
  readonly name: string;
  /** Description of the type. */
  readonly description: string;
  /** Name of the root field, and Feishu's own name of the list. */
  readonly kind: TaskKind;
  /** Description of the root field. */
  readonly listDescription: string;
  /** Registered enum of the states. */
  readonly status: object;
  /** Name of the field for the owner of the list. */
  readonly assignee: string;
}

/** Creates the type and the resolvers of one list. A separate resolver adds the fields that only this list has. */
export function createTaskList(spec: TaskListSpec) {
  const { name, description, kind, listDescription, status, assignee } = spec;
  const Type = taskType(name, description, [status as never, "The status."]);
  const { Connection } = createConnectionTypes(name, Type);

  @ArgsType()
  class ListArgs implements TaskListArgs {
    @Field(() => ID, {
      description: "The user whose tasks to read: 1 to 128 characters, of the type that `userIdType` names.",
    })
    userId!: string;

    @Field(() => UserIdType, { defaultValue: UserIdType.OPEN_ID, description: "The type of `userId`." })
    userIdType!: UserIdType;

    @Field(() => status as never, { nullable: true, description: "Only tasks in this state; all tasks if omitted." })
    status?: number | null;

    @Field(() => Int, {
      defaultValue: 10,
      description:
        "The number of tasks, from 0 to the service's maximum, which is 100 unless configured. Every 20 cost one Feishu call.",
    })
    first!: number;

    @Field(() => String, { nullable: true, description: "Continue after this cursor of the same list." })
    after?: string | null;
  }

  @Resolver(() => Type)
  class TaskResolver {
    @Directive(SIGNED_IN)
    @Directive(LIST_CALLS)
    @Directive(LIST_SIZE)
    @Query(() => Connection, { name: kind, description: listDescription })
    list(
      @Args(() => ListArgs) args: ListArgs,
      @Ctx() context: GraphContext,
      @Info() info: GraphQLResolveInfo,
    ): Promise<ConnectionOf<TaskNode>> {
      return readTasks(kind, args, context, info);
    }

    @FieldResolver(() => User, { name: assignee, description: "The user whose list this is." })
    assignee(@Root() task: Task) {
      return task.assignee;
    }

    @FieldResolver(() => Job, { nullable: true, description: "The job (职位). `job { id }` alone costs no call." })
    job(@Root() { jobId }: Task, @Ctx() { loaders }: GraphContext, @Info() info: GraphQLResolveInfo) {
      return typeof jobId === "string" ? loadReference(loaders.job, { id: jobId }, FIELDS_ON_ROW.job, info) : null;
    }

    @FieldResolver(() => Talent, {
      nullable: true,
      description: "The candidate (人才). `talent { id }` alone costs no call.",
    })
    talent(@Root() { talentId }: Task, @Ctx() { loaders }: GraphContext, @Info() info: GraphQLResolveInfo) {
      return typeof talentId === "string"
        ? loadReference(loaders.talent, { id: talentId }, FIELDS_ON_ROW.talent, info)
        : null;
    }

    @FieldResolver(() => Application, {
      nullable: true,
      description: "The application (投递). `application { id jobId talentId }` alone costs no call.",
    })
    application(@Root() task: Task, @Ctx() { loaders }: GraphContext, @Info() info: GraphQLResolveInfo) {
      const { applicationId: id, jobId, talentId } = task;
      if (typeof id !== "string") return null;
      const reference = {
        id,
        jobId: typeof jobId === "string" ? jobId : null,
        talentId: typeof talentId === "string" ? talentId : null,
      };
      return loadReference(loaders.application, reference, FIELDS_ON_ROW.application, info, applicationFields);
    }
  }

  return { Type, TaskResolver: TaskResolver as ClassType<object>, Connection };
}
