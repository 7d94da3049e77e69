import DataLoader from "dataloader";
import { UpstreamError } from "../feishu/errors.js";
import type { ExamData, ReviewerIdType } from "../feishu/hire/exams.js";
import type { TaskFilter, TaskKind, TaskPage, TaskRow } from "../feishu/hire/tasks.js";
import type { ApplicationEntity, JobEntity, TalentEntity, UserFacts, UserReference } from "./entities.js";
import type { JobMirror } from "./job-mirror.js";
import { type RowWishes, startLookups } from "./lookups.js";
import { createPlannedLoader, type PlannedLoader } from "./planned.js";
import type { Reader, SharedReads } from "./shared-reads.js";
import { APPLICATION_SOURCES, JOB_MIRROR_SOURCE, JOB_SOURCES, TALENT_SOURCES } from "./sources.js";
import { createUserLoader } from "./users.js";

export type { I18nCode, I18nRef, I18nText } from "../feishu/decode.js";
export type { CustomFieldData } from "../feishu/hire/custom-field.js";
export type { TalentData } from "../feishu/hire/talent.js";
export { TASK_PAGE_SIZE, type TaskFilter, type TaskKind, type TaskRow, type UserIdType } from "../feishu/hire/tasks.js";
export { isFeishuId } from "../feishu/path.js";
export type {
  ApplicationEntity,
  ExamEntity,
  JobEntity,
  TalentEntity,
  UserEntity,
  UserFacts,
  UserReference,
} from "./entities.js";
export { createLedger, type Ledger, type LedgerLine } from "./ledger.js";
export type { RowWishes } from "./lookups.js";
export {
  type EntityKind,
  type Price,
  priceOfEntities,
  priceOfExams,
  priceOfJointReads,
  priceOfList,
  priceOfUsers,
} from "./prices.js";

/** Everything that one request reads from Feishu goes through here; `null` is "there is no such thing". */
export interface Loaders {
  readonly job: PlannedLoader<JobEntity>;
  readonly talent: PlannedLoader<TalentEntity>;
  readonly application: PlannedLoader<ApplicationEntity>;
  /**
   * A user of the directory.
   * @throws {UpstreamError} `UPSTREAM_BAD_REQUEST`, at no call, for the kind of id that the directory does not know.
   */
  user(reference: UserReference, fields: ReadonlySet<string>): Promise<UserFacts | null>;
  /** The exams of one application; the reviewers' ids are of `idType`. */
  exams(applicationId: string, idType: ReviewerIdType): Promise<readonly ExamData[]>;
  /**
   * Starts what the rows' resolvers will ask for, so that it is on its way while the next page is still being asked. Fails
   * nowhere: who asks for it gets the same promise, and what it fails with.
   */
  startLookups(rows: readonly TaskRow[], wishes: RowWishes): void;
  /** One page of an employee's tasks; `pageToken` `null` is the first. */
  taskPage(
    kind: TaskKind,
    filter: TaskFilter,
    pageToken: string | null,
    how: PageTerms,
  ): Promise<TaskPage & { readonly isHeld: boolean }>;
}

/** How a page is read. */
export interface PageTerms {
  /** A held page may be a moment old. */
  readonly mayBeHeld: boolean;
  /** It is one more than was planned for. */
  readonly isExtra: boolean;
}

/** What differs from one deployment to another. */
export interface LoaderSettings {
  /** A copy of all jobs, where one is kept. */
  readonly mirror: JobMirror | null;
  /** Names alone come from the endpoint with the least permission. */
  readonly basicNames: boolean;
  /** Small pages may be read by one call a row. */
  readonly jointReads: boolean;
}

/** One set of loaders for one request. */
export function createLoaders(
  reads: SharedReads,
  reader: Reader,
  { basicNames, jointReads, mirror }: LoaderSettings,
): Loaders {
  const users = createUserLoader(reads, reader, basicNames);
  const examsOnce = new DataLoader<{ id: string; idType: ReviewerIdType }, readonly ExamData[], string>(
    async (applications) =>
      applications.map(({ id, idType }) => reads.exams(id, idType, reader)) as unknown as (readonly ExamData[])[],
    { name: "exams", cacheKeyFn: ({ id, idType }) => `${idType} ${id}` },
  );
  const loaders: Omit<Loaders, "startLookups"> = {
    job: createPlannedLoader<JobEntity, "job" | "jobDetail" | "jobMirror">(
      "job",
      mirror && !reader.fresh ? [...JOB_SOURCES, JOB_MIRROR_SOURCE] : JOB_SOURCES,
      async (id, { source }) => {
        if (source === "jobDetail") return reads.jobDetail(id, reader);
        const mirrored = source === "jobMirror" ? mirror?.get(id) : null;
        if (!mirrored) return reads.job(id, reader);
        // How old the copy is is not known to the second.
        reader.onAnswer?.(0);
        return mirrored;
      },
    ),
    talent: createPlannedLoader<TalentEntity, "talent">("talent", TALENT_SOURCES, (id) => reads.talent(id, reader)),
    application: createPlannedLoader<ApplicationEntity, "application" | "applicationDetail">(
      "application",
      APPLICATION_SOURCES,
      (id, { source, options }) =>
        source === "application" ? reads.application(id, reader) : reads.applicationDetail(id, options, reader),
    ),
    async user({ id, idType }, fields) {
      if (idType === "people_admin_id") {
        const message = "Feishu's directory does not know people_admin_ids";
        throw new UpstreamError("UPSTREAM_BAD_REQUEST", message, null);
      }
      return users.load({ id, idType, fields });
    },
    exams: (id, idType) => examsOnce.load({ id, idType }),
    taskPage: (kind, filter, pageToken, { mayBeHeld, isExtra }) =>
      reads.taskPage(kind, filter, pageToken, mayBeHeld ? reader : { ...reader, fresh: true }, isExtra),
  };
  const begun = new Set<string>();
  return {
    ...loaders,
    startLookups: (rows, wishes) => startLookups({ loaders, reads, reader, mirror, jointReads, begun }, rows, wishes),
  };
}
