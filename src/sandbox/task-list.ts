import { type Answer, failure, fieldViolation, success } from "./answers.js";
import { type Place, readToken, writeToken } from "./page-token.js";
import type { Marker, TaskRow, World } from "./world.js";

type Query = Readonly<Record<string, unknown>>;

const ID_TYPES = ["open_id", "union_id", "user_id", "people_admin_id"] as const;
type IdType = (typeof ID_TYPES)[number];

/** Responses of Feishu to an unknown user id, by id type. */
const UNKNOWN_USER: Readonly<Record<IdType, Answer>> = {
  open_id: failure(400, 99992351, "The request you send is not a valid {open_id} or not exists"),
  user_id: failure(400, 99992364, "user id cross tenant"),
  union_id: failure(400, 99992381, "union id cross tenant"),
  people_admin_id: failure(400, 1002002, "Parameter error"),
};

const MAX_PAGE_SIZE = 20;
const DEFAULT_PAGE_SIZE = 10;

/** One of Feishu's task lists: its states, and its rows as derived from a marker's exams. */
export interface TaskListKind {
  readonly states: readonly number[];
  rowOf(task: TaskRow, place: number): TaskRow;
}

/** Task lists by `<name>` in `GET /open-apis/hire/v1/<name>`. */
export const TASK_LISTS = {
  exam_marking_tasks: { states: [1, 2], rowOf: (task) => task },
  interview_tasks: derivedList("8", [1, 2, 3, 5]),
  evaluation_tasks: derivedList("7", [1, 2, 3]),
} as const satisfies Record<string, TaskListKind>;

/** Derives a list from exam tasks. Markers also interview and evaluate the same candidates. */
function derivedList(idDigit: string, states: readonly number[]): TaskListKind {
  const stateAt = (place: number): number => states[place % states.length] ?? 1;
  return {
    states,
    rowOf: (task, place) => ({
      ...task,
      id: `${task.id.slice(0, 4)}${idDigit}${task.id.slice(5)}`,
      activity_status: stateAt(place),
    }),
  };
}

/** Returns a page of a task list. */
export function listTasks(world: World, kind: TaskListKind, query: Query, now: number): Answer {
  const size = query.page_size === undefined ? DEFAULT_PAGE_SIZE : Number(query.page_size);
  if (!Number.isInteger(size) || size < 1) return fieldViolation("page_size", query.page_size, "must be an integer");
  if (size > MAX_PAGE_SIZE) return fieldViolation("page_size", query.page_size, "the max value is 20");
  if (!query.user_id) return fieldViolation("user_id", query.user_id, "user_id is required");
  const idType = ID_TYPES.find((type) => type === (query.user_id_type ?? "open_id"));
  if (!idType) return fieldViolation("user_id_type", query.user_id_type, `options: [${ID_TYPES.join(",")}]`);
  const status = query.activity_status;
  if (status !== undefined && !kind.states.map(String).includes(String(status)))
    return failure(400, 1002002, "Parameter error");
  const place = query.page_token ? readToken(String(query.page_token)) : { offset: 0, timestamp: now };
  if (!place) return failure(400, 1002002, "Parameter error");
  const marker = findMarker(world, idType, String(query.user_id));
  if (!marker) return UNKNOWN_USER[idType];
  const rows = marker.tasks
    .map(kind.rowOf)
    .filter((row) => status === undefined || String(row.activity_status) === status);
  return success(pageOf(rows, place, size));
}

/** Returns the marker with this id of type `idType`. */
export function findMarker(world: World, idType: string, id: string): Marker | undefined {
  return world.markers.find(({ ids }) => ids[idType as IdType] === id);
}

function pageOf(rows: readonly TaskRow[], { offset, timestamp }: Place, size: number): object {
  const end = offset + size;
  const hasMore = end < rows.length;
  return {
    has_more: hasMore,
    ...(hasMore && { page_token: writeToken({ offset: end, timestamp }) }),
    items: rows.slice(offset, end),
  };
}
