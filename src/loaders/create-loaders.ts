import DataLoader from "dataloader";
import { createGate, type Gate } from "../authz/gate.js";
import type { Caller } from "../authz/viewer.js";
import { viewOf } from "../feishu/decode/lazy-entity.js";
import { UpstreamError } from "../feishu/errors.js";
import type { ExamData, ReviewerIdType } from "../feishu/hire/exams.js";
import { isDeniedWhole, type UnauthorizedLoaders, withAuthorization } from "./authorize.js";
import type { CachedReads } from "./cached-reads.js";
import type { ApplicationEntity, JobEntity, TalentEntity } from "./entities.js";
import type { JobMirror } from "./job-mirror.js";
import type { Loaders } from "./loaders.js";
import { createPlannedLoader } from "./planned-loader.js";
import { prefetchRows } from "./prefetch.js";
import type { ReadContext } from "./read-context.js";
import { APPLICATION, JOB, MIRRORED_JOB, TALENT } from "./read-plan.js";
import { createUserLoader } from "./user-loader.js";

/** Loader settings that differ between deployments. */
export interface LoaderSettings {
  /** Copy of all jobs; `null` if none is kept. */
  readonly mirror: JobMirror | null;
  /** True if names alone are read from the endpoint with the least permission. */
  readonly basicNames: boolean;
  /** True if small pages may be read with one joint call per row. */
  readonly jointReads: boolean;
}

/** Creates the loaders of one operation. Loaders that few operations need are created on first use. */
export function createLoaders(
  reads: CachedReads,
  context: ReadContext,
  settings: LoaderSettings,
  caller: Caller,
): Loaders {
  const gate = createGate(caller, findIdsWith(reads, context));
  const loaders = unauthorizedLoaders(reads, context, settings);
  const { mirror, jointReads } = settings;
  const begun = new Set<string>();
  return {
    ...withAuthorization(loaders, gate),
    prefetchRows: (rows, selections) =>
      prefetchRows({ loaders, reads, context, mirror, jointReads, begun }, rows, {
        job: selections.job,
        talent: visibleOnly("talent", selections.talent, gate),
        application: visibleOnly("application", selections.application, gate),
      }),
  };
}

function unauthorizedLoaders(
  reads: CachedReads,
  context: ReadContext,
  { mirror, basicNames }: LoaderSettings,
): UnauthorizedLoaders {
  const users = lazily(() => createUserLoader(reads, context, basicNames));
  const exams = lazily(
    () =>
      new DataLoader<{ id: string; idType: ReviewerIdType }, readonly ExamData[], string>(
        async (applications) =>
          applications.map(({ id, idType }) =>
            reads.exams.read(context, idType, id),
          ) as unknown as (readonly ExamData[])[],
        { name: "exams", cacheKeyFn: ({ id, idType }) => `${idType} ${id}` },
      ),
  );
  return {
    job: createPlannedLoader<JobEntity, "job" | "jobDetail" | "jobMirror">(
      mirror && !context.fresh ? MIRRORED_JOB : JOB,
      (id, { source }) => {
        if (source === "jobDetail") return reads.jobDetail.read(context, id);
        const mirrored = source === "jobMirror" ? mirror?.get(id) : null;
        if (!mirrored) return reads.job.read(context, id);
        // The age of the copy is not known to the second, so the answer does not count as fresh.
        context.onAnswer?.(0);
        return Promise.resolve(viewOf(mirrored));
      },
    ),
    talent: createPlannedLoader<TalentEntity, "talent">(TALENT, (id) => reads.talent.read(context, id)),
    application: createPlannedLoader<ApplicationEntity, "application" | "applicationDetail">(
      APPLICATION,
      (id, { source, options }) =>
        source === "application"
          ? reads.application.read(context, id)
          : reads.applicationDetail.read(context, id, options),
    ),
    async user({ id, idType }, fields) {
      if (idType === "people_admin_id") {
        const message = "Feishu's directory accepts an open_id, union_id or user_id, but got a people_admin_id";
        throw new UpstreamError("UPSTREAM_BAD_REQUEST", message, null);
      }
      return users().load({ id, idType, fields });
    },
    exams: (id, idType) => exams().load({ id, idType }),
    taskPage: (kind, filter, pageToken, { mayBeCached, isExtra }) =>
      reads.taskPage({ ...context, isExtra, fresh: context.fresh || !mayBeCached }, kind, filter, pageToken),
  };
}

/** Returns a lookup of a viewer's ids. No estimate covers its call, because a list's owner is known only on request. */
const findIdsWith = (reads: CachedReads, context: ReadContext) => {
  const directory = lazily(() => createUserLoader(reads, { ...context, isExtra: true }, false));
  return async ({ userId: id, idType }: NonNullable<Caller>) => {
    if (idType === "people_admin_id") return null;
    const found = await directory().load({ id, idType, fields: new Set(["openId"]) });
    return found && { open_id: found.openId ?? null, union_id: found.unionId ?? null, user_id: found.userId ?? null };
  };
};

function lazily<T>(create: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= create();
    return made;
  };
}

/** Returns the fields worth prefetching of the entities that a page's rows refer to. */
function visibleOnly(kind: "talent" | "application", fields: ReadonlySet<string>, gate: Gate): ReadonlySet<string> {
  const visible = gate.visibleOf(fields);
  return isDeniedWhole(kind, fields, visible, true) ? NONE : visible;
}

const NONE: ReadonlySet<string> = new Set();
