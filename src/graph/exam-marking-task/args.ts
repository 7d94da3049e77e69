import { ArgsType, Field, ID, Int } from "type-graphql";
import { UserIdType } from "../user/type.js";
import { ExamMarkingStatus } from "./type.js";

@ArgsType()
export class ExamMarkingTasksArgs {
  @Field(() => ID, { description: "The marker's id: 1 to 128 characters, of the kind that `userIdType` names." })
  userId!: string;

  @Field(() => UserIdType, { defaultValue: UserIdType.OPEN_ID, description: "What kind of id `userId` is." })
  userIdType!: UserIdType;

  @Field(() => ExamMarkingStatus, { nullable: true, description: "Only tasks in this state; all when left out." })
  status?: ExamMarkingStatus | null;

  @Field(() => Int, {
    defaultValue: 10,
    description:
      "How many tasks, from 0 to the service's maximum, which is 100 unless configured. Feishu is asked once for every 20.",
  })
  first!: number;

  @Field(() => String, { nullable: true, description: "Go on behind this cursor, taken from the same list." })
  after?: string | null;
}
