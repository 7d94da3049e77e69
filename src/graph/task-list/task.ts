import { type ClassType } from "type-graphql";
import { UpstreamError } from "../../feishu/errors.js";
import type { TaskRow, UserReference } from "../../loaders/index.js";
import { FREE } from "../federation/directives.js";
import { ID } from "../schema/id.js";
import { type FieldSpec, objectType } from "../schema/object-type.js";

/** Id on a row, or an error if it is missing or no id. The executor reports an error value at its field. */
export type RowId = string | UpstreamError;

/** A row of one of Feishu's task lists. Each list has its own field name for the assignee. */
export interface Task {
  readonly id: string;
  readonly status: number | null | UpstreamError;
  readonly jobId: RowId;
  readonly talentId: RowId;
  readonly applicationId: RowId;
  /** Owner of the list. */
  readonly assignee: UserReference;
}

/** Task, or the error of a row without a valid id. */
export type TaskNode = Task | UpstreamError;

/** Converts a row to a task. */
export function toTask(row: TaskRow, assignee: UserReference): TaskNode {
  const { id, activityStatus, errors = {} } = row;
  if (errors.id) return errors.id;
  const reference = (field: "jobId" | "talentId" | "applicationId"): RowId =>
    row[field] ?? errors[field] ?? new UpstreamError("UPSTREAM_CONTRACT", "Feishu's row lacks this id", null);
  return {
    id,
    status: errors.activityStatus ?? activityStatus,
    jobId: reference("jobId"),
    talentId: reference("talentId"),
    applicationId: reference("applicationId"),
    assignee,
  };
}

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
