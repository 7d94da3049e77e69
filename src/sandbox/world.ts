import { createHash } from "node:crypto";
import { applicationBody } from "./bodies/application.js";
import { jobBody } from "./bodies/job.js";
import { talentBody } from "./bodies/talent.js";
import { idOf } from "./bodies/values.js";
import { JOBS, person } from "./names.js";

/** Row of a marker's list, in Feishu's spelling. */
export interface TaskRow {
  id: string;
  job_id: string;
  talent_id: string;
  application_id: string;
  activity_status: number;
}

/** Employee who marks exams, with each type of id. */
export interface Marker {
  readonly name: { readonly zh: string; readonly en: string };
  readonly ids: Readonly<Record<"open_id" | "union_id" | "user_id" | "people_admin_id", string>>;
  /** Tasks in the list's order; tests mark, remove and add rows. */
  readonly tasks: TaskRow[];
}

/** Data of the simulated Feishu. Invented, and the same at every start. */
export interface World {
  readonly markers: Marker[];
  readonly jobs: ReadonlyMap<string, ReturnType<typeof jobBody>>;
  readonly talents: ReadonlyMap<string, ReturnType<typeof talentBody>>;
  readonly applications: ReadonlyMap<string, ReturnType<typeof applicationBody>>;
  /** Adds a marker with `count` tasks. */
  addMarker(count: number): Marker;
  /** Creates a row that is in no list yet. */
  newTask(): TaskRow;
}

/** Number of tasks of each seeded marker. The README uses the first marker. */
export const SEEDED_LISTS = [45, 0, 1, 19, 20, 21, 400] as const;
/** First seeded marker's open_id, from Feishu's own example. */
const FIRST_OPEN_ID = "ou_e6139117c300506837def50545420c6a";
/** Number of distinct talents. Candidates come back for other jobs, so longer lists repeat them. */
const TALENTS = 143;
/** Values of Feishu's activity_status: to be marked (待阅卷), and marked (已阅卷). */
export const PENDING = 1;
export const MARKED = 2;

/** Creates a fresh world with the seeded markers. */
export function createWorld(): World {
  const markers: Marker[] = [];
  const jobs = new Map<string, ReturnType<typeof jobBody>>();
  const talents = new Map<string, ReturnType<typeof talentBody>>();
  const applications = new Map<string, ReturnType<typeof applicationBody>>();
  let taskCount = 0;

  const newTask = (): TaskRow => {
    const n = taskCount++;
    const row = {
      id: idOf(9, n),
      job_id: idOf(1, n % JOBS.length),
      talent_id: idOf(2, n % TALENTS),
      application_id: idOf(3, n),
      activity_status: n % 3 === 2 ? MARKED : PENDING,
    };
    addEntities(row, n);
    return row;
  };

  const addEntities = (row: TaskRow, n: number): void => {
    const { job_id: jobId, talent_id: talentId, application_id: id } = row;
    if (!jobs.has(jobId)) jobs.set(jobId, jobBody(jobId, n % JOBS.length, FIRST_OPEN_ID));
    if (!talents.has(talentId)) talents.set(talentId, talentBody(talentId, n % TALENTS, FIRST_OPEN_ID, id));
    applications.set(id, applicationBody({ id, jobId, talentId }, n, FIRST_OPEN_ID));
  };

  const addMarker = (count: number): Marker => {
    const n = markers.length;
    const { zh, en } = person(200 + n);
    const marker = { name: { zh, en }, ids: markerIds(n), tasks: Array.from({ length: count }, newTask) };
    markers.push(marker);
    return marker;
  };

  for (const count of SEEDED_LISTS) addMarker(count);
  return { markers, jobs, talents, applications, addMarker, newTask };
}

function markerIds(n: number): Marker["ids"] {
  const hash = (kind: string): string => createHash("md5").update(`${kind} ${n}`).digest("hex");
  return {
    open_id: n === 0 ? FIRST_OPEN_ID : `ou_${hash("open_id")}`,
    union_id: `on_${hash("union_id")}`,
    user_id: hash("user_id").slice(0, 8),
    people_admin_id: idOf(4, n),
  };
}
