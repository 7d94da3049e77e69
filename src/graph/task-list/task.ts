import { type ClassType, ID } from "type-graphql";
import { UpstreamError } from "../../feishu/errors.js";
import type { TaskRow, UserReference } from "../../loaders/index.js";
import { FREE } from "../federation/directives.js";
import { type FieldSpec, objectType } from "../schema/object-type.js";

/** Id on a row, or the error for its absence. The executor reports an error value at its field. */
export type RowId = string | UpstreamError;

/** A row of one of Feishu's task lists. Each list has its own field name for the assignee. */
export interface Task {
  readonly id: string;
  readonly status: number | null;
  readonly jobId: RowId;
  readonly talentId: RowId;
  readonly applicationId: RowId;
  /** Owner of the list. */
  readonly assignee: UserReference;
}

/** Converts a row to a task. */
export const toTask = (row: TaskRow, assignee: UserReference): Task => ({
  id: row.id,
  status: row.activityStatus,
  jobId: toRowId(row.jobId),
  talentId: toRowId(row.talentId),
  applicationId: toRowId(row.applicationId),
  assignee,
});

const toRowId = (id: string | null): RowId =>
  id ?? new UpstreamError("UPSTREAM_CONTRACT", "Feishu's row lacks this id", null);

/** Creates the GraphQL type of a task. */
export function taskType(name: string, description: string, status: FieldSpec): ClassType<Task> {
  return objectType<Task>(
    name,
    `${description} Feishu cannot read one by its id: it is available only in its owner's list.`,
    {
      id: [ID, "Feishu's id of the task.", "required"],
      status,
      jobId: [ID, "The job that the candidate applies for.", "required"],
      talentId: [ID, "The candidate.", "required"],
      applicationId: [ID, "The application that it belongs to.", "required"],
    },
    ['@key(fields: "id", resolvable: false)', FREE],
  );
}
