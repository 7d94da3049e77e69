import { MAX_BASIC_USERS, MAX_USERS } from "../../feishu/contact/users.js";
import { ENDPOINTS } from "../../feishu/endpoints.js";
import { MAX_APPLICATIONS } from "../../feishu/hire/exams.js";
import { TASK_PAGE_SIZE, type TaskKind } from "../../feishu/hire/tasks.js";
import { sourcesOf } from "../../loaders/read-plan.js";
import { type EntityKind, isJointlyReadable, type RowSelections } from "../../loaders/sources.js";
import { NAME_FIELDS } from "../../loaders/user-loader.js";

/** Maximum calls of one endpoint, and the reason for them. */
export interface Price {
  /** Method and path template. */
  readonly endpoint: string;
  readonly calls: number;
  readonly how: string;
}

/** Price of a field, with the field's path in the response. */
export interface PlanStep extends Price {
  readonly path: string;
}

const plural = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? "" : "s"}`;

/** Returns the price of reading `calls` pages of a list. */
export const priceOfList = (kind: TaskKind, calls: number): Price => ({
  endpoint: ENDPOINTS[kind].key,
  calls,
  how: `pages of ${TASK_PAGE_SIZE}`,
});

/** Returns the prices of reading `count` entities with these fields. */
export const priceOfEntities = (kind: EntityKind, count: number, fields: ReadonlySet<string>): Price[] =>
  sourcesOf(kind, fields).map((source) => ({
    endpoint: ENDPOINTS[source].key,
    calls: count,
    how: `${plural(count, kind)}, one call each`,
  }));

/**
 * Returns the price of one joint read per row, if the selections allow joint reads. Data that a joint read does not
 * provide is read separately afterwards.
 */
export const priceOfJointReads = (rows: number, selections: RowSelections): Price[] =>
  isJointlyReadable(selections)
    ? [{ endpoint: ENDPOINTS.applicationDetail.key, calls: rows, how: `${plural(rows, "row")}, read jointly` }]
    : [];

/** Returns the price of the exams of `count` applications that are requested at one moment. */
export const priceOfExams = (count: number): Price => ({
  endpoint: ENDPOINTS.exams.key,
  calls: Math.ceil(count / MAX_APPLICATIONS),
  how: `exams of ${plural(count, "application")}, ${MAX_APPLICATIONS} a call`,
});

/** Returns the price of reading these fields of users, `count` users at each of `moments` moments. */
export function priceOfUsers(moments: number, count: number, fields: ReadonlySet<string>, basicNames: boolean): Price {
  const isBasic = basicNames && [...fields].every((field) => NAME_FIELDS.has(field));
  const size = isBasic ? MAX_BASIC_USERS : MAX_USERS;
  return {
    endpoint: ENDPOINTS[isBasic ? "basicUsers" : "users"].key,
    calls: moments * Math.ceil(count / size),
    how: `users, up to ${size} a call, requested at ${plural(moments, "moment")}`,
  };
}
