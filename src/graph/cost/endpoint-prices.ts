import { MAX_BASIC_USERS, MAX_USERS } from "../../feishu/contact/users.js";
import { ENDPOINTS } from "../../feishu/endpoints.js";
import { MAX_APPLICATIONS } from "../../feishu/hire/exams.js";
import { TASK_PAGE_SIZE, type TaskKind } from "../../feishu/hire/tasks.js";
import { sourcesOf } from "../../loaders/read-plan.js";
import { type EntityKind, isJointlyReadable, type RowSelections } from "../../loaders/sources.js";
import { NAME_FIELDS } from "../../loaders/user-loader.js";

/** Calls of one endpoint, at worst, and how they come about. */
export interface Price {
  /** Method and path template. */
  readonly endpoint: string;
  readonly calls: number;
  readonly how: string;
}

const plural = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? "" : "s"}`;

/** Reading so many pages of a list. */
export const priceOfList = (kind: TaskKind, calls: number): Price => ({
  endpoint: ENDPOINTS[kind].key,
  calls,
  how: `pages of ${TASK_PAGE_SIZE}`,
});

/** Reading `count` entities with these fields. */
export const priceOfEntities = (kind: EntityKind, count: number, fields: ReadonlySet<string>): Price[] =>
  sourcesOf(kind, fields).map((source) => ({
    endpoint: ENDPOINTS[source].key,
    calls: count,
    how: `${plural(count, kind)}, one call each`,
  }));

/** Reading `rows` rows by one call a row first, where that is allowed; what it does not tell is read after all. */
export const priceOfJointReads = (rows: number, selections: RowSelections): Price[] =>
  isJointlyReadable(selections)
    ? [{ endpoint: ENDPOINTS.applicationDetail.key, calls: rows, how: `${plural(rows, "row")}, read jointly` }]
    : [];

/** The exams of `count` applications that are asked for at one moment. */
export const priceOfExams = (count: number): Price => ({
  endpoint: ENDPOINTS.exams.key,
  calls: Math.ceil(count / MAX_APPLICATIONS),
  how: `exams of ${plural(count, "application")}, ${MAX_APPLICATIONS} a call`,
});

/** Users of whom these fields are asked for, `count` at each of `moments` moments. */
export function priceOfUsers(moments: number, count: number, fields: ReadonlySet<string>, basicNames: boolean): Price {
  const isBasic = basicNames && [...fields].every((field) => NAME_FIELDS.has(field));
  const size = isBasic ? MAX_BASIC_USERS : MAX_USERS;
  return {
    endpoint: ENDPOINTS[isBasic ? "basicUsers" : "users"].key,
    calls: moments * Math.ceil(count / size),
    how: `users, up to ${size} a call, asked for at ${plural(moments, "moment")}`,
  };
}
