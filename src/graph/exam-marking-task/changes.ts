import { Args, ArgsType, Ctx, Directive, Field, Int, ObjectType, Resolver, Root, Subscription } from "type-graphql";
import { type ListChange, MAX_TASKS_PER_CHANGE } from "../../live/subscriber.js";
import type { TaskFilter } from "../../loaders/index.js";
import { optionalCursor, parseUserId } from "../args.js";
import { type GraphContext, positionCodecOf } from "../context.js";
import { toPublicError } from "../errors.js";
import { FREE, LIST_CALLS, SIGNED_IN } from "../federation/directives.js";
import { Interruption } from "../schema/connection-types.js";
import { ID } from "../schema/id.js";
import { type TaskNode, toTask } from "../task-list/task.js";
import { UserIdType } from "../user/type.js";
import { ExamMarkingStatus, ExamMarkingTask } from "./type.js";

const FIELD = "examMarkingTasksChanged";

@ArgsType()
class ChangesArgs {
  @Field(() => ID, {
    description: "The user whose tasks to read: 1 to 128 characters, of the type that `userIdType` names.",
  })
  userId!: string;

  @Field(() => UserIdType, { defaultValue: UserIdType.OPEN_ID, description: "The type of `userId`." })
  userIdType!: UserIdType;

  @Field(() => ExamMarkingStatus, {
    nullable: true,
    description:
      "Only tasks in this state; all tasks if omitted. A task that is marked leaves the list of pending ones.",
  })
  status?: ExamMarkingStatus | null;

  @Field(() => String, {
    nullable: true,
    description: "Resume from this position of the same list: the changes since then come first.",
  })
  since?: string | null;
}

@Directive(FREE)
@ObjectType({
  description:
    "The changes of a list since the previous message. The first message of a subscription without `since` contains no tasks: it confirms that every change from now on is sent. A list that is read after it and updated with the messages is complete.",
})
export class ExamMarkingTasksChange {
  @Field(() => [ExamMarkingTask], {
    description: `Tasks that are new in the list or have changed state, in the list's order: at most ${MAX_TASKS_PER_CHANGE}, and the rest in the next message.`,
  })
  tasks!: TaskNode[];

  @Field(() => [ID], { description: "The ids of tasks that have left the list." })
  removedIds!: readonly string[];

  @Field(() => Int, {
    nullable: true,
    description: "The number of tasks in the list; `null` until the first successful read.",
  })
  total!: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      "The `since` to resume after this message, on any replica: a few bytes for each task. `null` until the first successful read.",
  })
  position!: string | null;

  @Field(() => Interruption, {
    nullable: true,
    description:
      "Why the list cannot be read at present. The read is retried; the next message confirms success and contains what has changed meanwhile.",
  })
  interruption!: Interruption | null;
}

const filterOf = ({ userId, userIdType, status = null }: ChangesArgs): TaskFilter => ({
  userId: parseUserId("userId", userId),
  userIdType,
  activityStatus: status,
});

const codecOf = (context: GraphContext, { userId, userIdType, activityStatus }: TaskFilter) =>
  positionCodecOf(context, [FIELD, userId, userIdType, String(activityStatus)]);

/** Subscribes to the list. Rejects bad arguments and callers without access before the list is read. */
async function watch(args: ChangesArgs, context: GraphContext): Promise<AsyncIterableIterator<ListChange>> {
  const filter = filterOf(args);
  const token = optionalCursor(args.since);
  const since = token === null ? null : codecOf(context, filter).decode(token);
  await context.loaders.admitList("examMarkingTasks", filter);
  return context.live.subscribe(filter, since);
}

@Resolver()
export class ExamMarkingTasksChangedResolver {
  @Directive(SIGNED_IN)
  @Directive(LIST_CALLS)
  @Subscription(() => ExamMarkingTasksChange, {
    name: FIELD,
    // type-graphql requires an iterable, but graphql-js also accepts a promise of one.
    subscribe: ({ args, context }) =>
      watch(args as ChangesArgs, context as GraphContext) as unknown as AsyncIterable<ListChange>,
    description:
      "The changes of one employee's list of written exams (笔试阅卷任务列表). The list is read every 15 seconds unless configured, sooner after Feishu's events and when another read shows changes, and once for all subscribers. A list of more than 400 tasks is too long for a subscription. Sent over server-sent events or a WebSocket.",
  })
  async changed(
    @Root() change: ListChange,
    @Args(() => ChangesArgs) args: ChangesArgs,
    @Ctx() context: GraphContext,
  ): Promise<ExamMarkingTasksChange> {
    const filter = filterOf(args);
    const { rows, removedIds, total, state, failure } = change;
    // The subscriber may have lost access since the subscription began.
    await context.loaders.admitRows("examMarkingTasks", filter, rows);
    const assignee = { id: filter.userId, idType: filter.userIdType };
    return {
      tasks: rows.map((row) => toTask(row, assignee)),
      removedIds,
      total,
      position: state && codecOf(context, filter).encode(state),
      interruption: failure === undefined ? null : interruptionOf(failure, context),
    };
  }
}

function interruptionOf(failure: unknown, { logError }: GraphContext): Interruption {
  logError(failure, FIELD);
  const { code, message, retryAfterMs = null } = toPublicError(failure);
  return { code, message, retryAfterMs };
}
