import DataLoader from "dataloader";
import { createGate, type Gate } from "../authz/gate.js";
import type { Caller } from "../authz/viewer.js";
import { UpstreamError } from "../feishu/errors.js";
import type { ExamData, ReviewerIdType } from "../feishu/hire/exams.js";
import { toldBy } from "../feishu/told.js";
import type { ApplicationEntity, JobEntity, TalentEntity } from "./entities.js";
import { guard, isRefusedWhole, type UnguardedLoaders } from "./guard.js";
import type { JobMirror } from "./job-mirror.js";
import { APPLICATION, JOB, MIRRORED_JOB, TALENT } from "./kinds.js";
import type { Loaders } from "./loaders.js";
import { startLookups } from "./lookups.js";
import { createPlannedLoader } from "./planned.js";
import type { SharedReads } from "./shared-reads.js";
import type { Reader } from "./sharer.js";
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
  UserReference,
} from "./entities.js";
export { createLedger, type Ledger, type LedgerLine } from "./ledger.js";
export type { Loaders, PageTerms } from "./loaders.js";
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
  caller: Caller,
): Loaders {
  const users = createUserLoader(reads, reader, basicNames);
  const examsOnce = new DataLoader<{ id: string; idType: ReviewerIdType }, readonly ExamData[], string>(
    async (applications) =>
      applications.map(({ id, idType }) => reads.exams(id, idType, reader)) as unknown as (readonly ExamData[])[],
    { name: "exams", cacheKeyFn: ({ id, idType }) => `${idType} ${id}` },
  );
  // Whose list it is shows when the list is asked for: no plan foresees this call.
  const called = (endpoint: string): void => reader.ledger.called(endpoint, true);
  const directory = createUserLoader(reads, { ...reader, ledger: { ...reader.ledger, called } }, false);
  const gate = createGate(caller, async ({ userId: id, idType }) => {
    if (idType === "people_admin_id") return null;
    const found = await directory.load({ id, idType, fields: new Set(["openId"]) });
    return found && { open_id: found.openId ?? null, union_id: found.unionId ?? null, user_id: found.userId ?? null };
  });
  const loaders: UnguardedLoaders = {
    job: createPlannedLoader<JobEntity, "job" | "jobDetail" | "jobMirror">(
      mirror && !reader.fresh ? MIRRORED_JOB : JOB,
      async (id, { source }) => {
        if (source === "jobDetail") return reads.jobDetail(id, reader);
        const mirrored = source === "jobMirror" ? mirror?.get(id) : null;
        if (!mirrored) return reads.job(id, reader);
        // How old the copy is is not known to the second.
        reader.onAnswer?.(0);
        return toldBy(mirrored);
      },
    ),
    talent: createPlannedLoader<TalentEntity, "talent">(TALENT, (id) => reads.talent(id, reader)),
    application: createPlannedLoader<ApplicationEntity, "application" | "applicationDetail">(
      APPLICATION,
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
  const guarded = guard(loaders, gate);
  const begun = new Set<string>();
  return {
    ...guarded,
    startLookups: (rows, wishes) =>
      startLookups({ loaders, reads, reader, mirror, jointReads, begun }, rows, {
        job: wishes.job,
        talent: visibleOnly("talent", wishes.talent, gate),
        application: visibleOnly("application", wishes.application, gate),
      }),
  };
}

/** What is worth reading ahead of the entities that a page's rows refer to. */
function visibleOnly(kind: "talent" | "application", fields: ReadonlySet<string>, gate: Gate): ReadonlySet<string> {
  const visible = gate.visibleOf(fields);
  return isRefusedWhole(kind, fields, visible, true) ? new Set() : visible;
}
