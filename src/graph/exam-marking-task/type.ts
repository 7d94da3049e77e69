import { Directive, Field, ID, ObjectType, registerEnumType } from "type-graphql";
import { UpstreamError } from "../../feishu/errors.js";
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

/** An id of the row's, or the error that its absence is: the executor reports a value that is an error at its field. */
export type RowId = string | UpstreamError;

/** What the row says, or that it should have said it. */
export const toRowId = (id: string | null): RowId =>
  id ?? new UpstreamError("UPSTREAM_CONTRACT", "Feishu's row lacks this id", null);

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
  jobId!: RowId;

  @Field(() => ID, { description: "The candidate." })
  talentId!: RowId;

  @Field(() => ID, { description: "The application that the exam belongs to." })
  applicationId!: RowId;

  @Field(() => User, { description: "Who marks it: the user whose list this is." })
  marker!: User;
}

const types = createConnectionTypes("ExamMarkingTask", ExamMarkingTask);

/** The connection's GraphQL type. */
export const ExamMarkingTaskConnection = types.Connection;
