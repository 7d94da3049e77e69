import { Directive, Field, ID, ObjectType, registerEnumType } from "type-graphql";
import { createConnectionTypes } from "../connection-types.js";
import { User } from "../user/type.js";

/** Feishu's activity_status. */
export enum ExamMarkingStatus {
  PENDING = 1,
  MARKED = 2,
}

registerEnumType(ExamMarkingStatus, {
  name: "ExamMarkingStatus",
  description: "Whether a written exam has been marked.",
  valuesConfig: { PENDING: { description: "To be marked (待阅卷)." }, MARKED: { description: "Marked (已阅卷)." } },
});

@Directive('@key(fields: "id", resolvable: false)')
@ObjectType({
  description:
    "A written exam for somebody to mark (笔试阅卷任务). Feishu cannot read one by its id: it is only found in its marker's list.",
})
export class ExamMarkingTask {
  @Field(() => ID, { description: "Feishu's id of the task." })
  id!: string;

  @Field(() => ExamMarkingStatus, { nullable: true, description: "Whether it is done." })
  status!: number | null;

  @Field(() => ID, { description: "The job that the candidate applies for." })
  jobId!: string;

  @Field(() => ID, { description: "The candidate." })
  talentId!: string;

  @Field(() => ID, { description: "The application that the exam belongs to." })
  applicationId!: string;

  @Field(() => User, { description: "Who marks it: the user whose list this is." })
  marker!: User;
}

const types = createConnectionTypes("ExamMarkingTask", ExamMarkingTask);

/** The connection's GraphQL type. */
export const ExamMarkingTaskConnection = types.Connection;
