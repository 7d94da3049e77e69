import type { GraphQLResolveInfo } from "graphql";
import { Args, ArgsType, Ctx, Directive, Field, FieldResolver, Info, Int, Query, Resolver, Root } from "type-graphql";
import type { GraphContext } from "../context.js";
import { ExamMarkingStatus, ExamMarkingTaskConnection } from "../exam-marking-task/type.js";
import { LIST_CALLS, LIST_SIZE, SIGNED_IN } from "../federation/directives.js";
import type { ConnectionOf } from "../schema/connection-types.js";
import { readTasks } from "../task-list/read.js";
import type { TaskNode } from "../task-list/task.js";
import { UserIdType } from "../user/type.js";
import { Viewer, type ViewerNode } from "./type.js";

@ArgsType()
class OwnListArgs {
  @Field(() => ExamMarkingStatus, { nullable: true, description: "Only tasks in this state; all tasks if omitted." })
  status?: number | null;

  @Field(() => Int, { defaultValue: 10, description: "The number of tasks, as in `Query.examMarkingTasks`." })
  first!: number;

  @Field(() => String, { nullable: true, description: "Continue after this cursor of the same list." })
  after?: string | null;
}

@Resolver(() => Viewer)
export class ViewerResolver {
  @Directive(SIGNED_IN)
  @Query(() => Viewer, {
    nullable: true,
    description: "The signed-in caller; `null` if authentication is not required.",
  })
  viewer(@Ctx() { loaders: { caller } }: GraphContext): ViewerNode | null {
    return caller && { ...caller, scopes: [...caller.scopes].sort() };
  }

  @FieldResolver(() => String, { nullable: true, description: "The name, from signing in or from the directory." })
  async name(@Root() { userId, idType, name }: ViewerNode, @Ctx() { loaders }: GraphContext): Promise<string | null> {
    if (name !== null || idType === UserIdType.PEOPLE_ADMIN_ID) return name;
    const found = await loaders.user({ id: userId, idType }, new Set(["name"]));
    return found?.name ?? null;
  }

  @Directive(LIST_CALLS)
  @Directive(LIST_SIZE)
  @FieldResolver(() => ExamMarkingTaskConnection, { description: "The viewer's own written-exam marking tasks." })
  examMarkingTasks(
    @Root() { userId, idType }: ViewerNode,
    @Args(() => OwnListArgs) args: OwnListArgs,
    @Ctx() context: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConnectionOf<TaskNode>> {
    return readTasks("examMarkingTasks", { ...args, userId, userIdType: idType as UserIdType }, context, info);
  }
}
