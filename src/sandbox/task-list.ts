import { type Answer, failure, fieldViolation, success } from "./answers.js";
import type { Marker, TaskRow, World } from "./world.js";

type Query = Readonly<Record<string, unknown>>;

const ID_TYPES = ["open_id", "union_id", "user_id", "people_admin_id"] as const;
type IdType = (typeof ID_TYPES)[number];

/** What Feishu says of a user id that it does not know, by kind. */
const UNKNOWN_USER: Readonly<Record<IdType, Answer>> = {
  open_id: failure(400, 99992351, "The request you send is not a valid {open_id} or not exists"),
  user_id: failure(400, 99992364, "user id cross tenant"),
  union_id: failure(400, 99992381, "union id cross tenant"),
  people_admin_id: failure(400, 1002002, "Parameter error"),
};

const MAX_PAGE_SIZE = 20;
const DEFAULT_PAGE_SIZE = 10;

/** `GET /open-apis/hire/v1/exam_marking_tasks`. */
export function listTasks(world: World, query: Query, now: number): Answer {
  const size = query.page_size === undefined ? DEFAULT_PAGE_SIZE : Number(query.page_size);
  if (!Number.isInteger(size) || size < 1) return fieldViolation("page_size", query.page_size, "must be an integer");
  if (size > MAX_PAGE_SIZE) return fieldViolation("page_size", query.page_size, "the max value is 20");
  if (!query.user_id) return fieldViolation("user_id", query.user_id, "user_id is required");
  const idType = ID_TYPES.find((type) => type === (query.user_id_type ?? "open_id"));
  if (!idType) return fieldViolation("user_id_type", query.user_id_type, `options: [${ID_TYPES.join(",")}]`);
  const status = query.activity_status;
  if (status !== undefined && status !== "1" && status !== "2") return failure(400, 1002002, "Parameter error");
  const place = query.page_token ? readToken(String(query.page_token)) : { offset: 0, timestamp: now };
  if (!place) return failure(400, 1002002, "Parameter error");
  const marker = findMarker(world, idType, String(query.user_id));
  if (!marker) return UNKNOWN_USER[idType];
  const rows = marker.tasks.filter((row) => status === undefined || String(row.activity_status) === status);
  return success(pageOf(rows, place, size));
}

/** The marker whose id of that kind this is. */
export function findMarker(world: World, idType: string, id: string): Marker | undefined {
  return world.markers.find(({ ids }) => ids[idType as IdType] === id);
}

interface Place {
  readonly offset: number;
  readonly timestamp: number;
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

/** The form of the documentation's own sample: an offset, the time of the first page, and no id. */
const writeToken = ({ offset, timestamp }: Place): string =>
  Buffer.from(JSON.stringify({ offset, timestamp, id: null })).toString("base64");

function readToken(token: string): Place | null {
  try {
    const { offset, timestamp } = JSON.parse(Buffer.from(token, "base64").toString());
    return Number.isInteger(offset) && offset > 0 && Number.isInteger(timestamp) ? { offset, timestamp } : null;
  } catch {
    return null;
  }
}
