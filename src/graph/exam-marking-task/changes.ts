import { Args, ArgsType, Ctx, Directive, Field, ID, Int, ObjectType, Resolver, Root, Subscription } from "type-graphql";
import { type ListChange, MAX_TASKS_PER_CHANGE } from "../../live/subscriber.js";
import type { TaskFilter } from "../../loaders/index.js";
import { parseUserId } from "../args.js";
import { type GraphContext, positionCodecOf } from "../context.js";
import { toPublicError } from "../errors.js";
import { SIGNED_IN } from "../federation/access-directives.js";
import { FREE, LIST_CALLS } from "../federation/cost-directives.js";
import { Interruption } from "../schema/connection-types.js";
import { type Task, toTask } from "../task-list/task.js";
import { UserIdType } from "../user/type.js";
import { ExamMarkingStatus, ExamMarkingTask } from "./type.js";

const FIELD = "examMarkingTasksChanged";

@ArgsType()
class ChangesArgs {
  @Field(() => ID, { description: "Whose tasks: 1 to 128 characters, of the kind that `userIdType` names." })
  userId!: string;

  @Field(() => UserIdType, { defaultValue: UserIdType.OPEN_ID, description: "What kind of id `userId` is." })
  userIdType!: UserIdType;

  @Field(() => ExamMarkingStatus, {
    nullable: true,
    description: "Only tasks in this state; all when left out. A task that is marked leaves the list of pending ones.",
  })
  status?: ExamMarkingStatus | null;

  @Field(() => String, {
    nullable: true,
    description: "Go on from this position of the same list: what has changed since is told first.",
  })
  since?: string | null;
}

@Directive(FREE)
@ObjectType({
  description:
    "What has become of a watched list since the message before. The first message of a subscription without `since` tells no tasks: it says that from now on every change is told, so that a list that is read after it, and kept up with the messages, lacks nothing.",
})
export class ExamMarkingTasksChange {
  @Field(() => [ExamMarkingTask], {
    description: `New in the list, or in another state than before, in the list's order: ${MAX_TASKS_PER_CHANGE} at most, and more in the next message.`,
  })
  tasks!: Task[];

  @Field(() => [ID], { description: "Tasks that are not in the list any more." })
  removedIds!: readonly string[];

  @Field(() => Int, { nullable: true, description: "How many tasks are in the list; `null` until it could be read." })
  total!: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      "`since` to go on after this message, whichever replica one comes to: a few bytes for each task. `null` until the list could be read.",
  })
  position!: string | null;

  @Field(() => Interruption, {
    nullable: true,
    description:
      "Why the list cannot be read just now. It is tried again; the next message says that it can, and what has changed meanwhile.",
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
  const since = args.since == null ? null : codecOf(context, filter).decode(args.since);
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
      "Changes of one employee's list of written exams (笔试阅卷任务列表), as they are found: the list is read every 15 seconds unless configured, sooner after Feishu's events and when somebody else's read shows news, and once for all who watch it. A list of more than 400 tasks is too long to be watched. Over server-sent events or a WebSocket.",
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
  const error = toPublicError(failure);
  logError(error, FIELD);
  const { code, message, retryAfterMs = null } = error;
  return { code, message, retryAfterMs };
}
