import type { Gate } from "../authz/gate.js";
import type { ApplicationEntity, JobEntity, TalentEntity } from "./entities.js";
import type { Loaders } from "./loaders.js";
import type { PlannedLoader } from "./planned.js";
import type { EntityKind } from "./prices.js";

/** Loaders that read whatever they are asked for. */
export type UnguardedLoaders = Omit<Loaders, "startLookups" | "admit" | "admitList" | "admitRows" | "caller">;

/**
 * The loaders behind a gate. Every way to an entity ends here: root fields, rows, references of other entities and of a
 * router. What may be read leads on to what it refers to; a refusal costs no call.
 */
export function guard(
  loaders: UnguardedLoaders,
  gate: Gate,
): UnguardedLoaders & Pick<Loaders, "admit" | "admitList" | "admitRows" | "caller"> {
  const admitRows: Loaders["admitRows"] = async (kind, owner, rows) => {
    await gate.admitList(kind, owner);
    for (const { jobId, talentId, applicationId } of rows) {
      gate.reach("job", jobId);
      gate.reach("talent", talentId);
      gate.reach("application", applicationId);
    }
  };
  return {
    caller: gate.caller,
    admitList: gate.admitList,
    admitRows,
    admit: gate.admit,
    async user(user, fields) {
      gate.admitContacts(fields);
      return loaders.user(user, fields);
    },
    job: guardJob(loaders.job, gate),
    talent: guardTalent(loaders.talent, gate),
    application: guardApplication(loaders.application, gate),
    async exams(applicationId, idType) {
      gate.admit("application", applicationId);
      return loaders.exams(applicationId, idType);
    },
    async taskPage(kind, filter, pageToken, how) {
      await gate.admitList(kind, filter);
      const page = await loaders.taskPage(kind, filter, pageToken, how);
      await admitRows(kind, filter, page.items);
      return page;
    },
  };
}

const guardJob = (loader: PlannedLoader<JobEntity>, gate: Gate): PlannedLoader<JobEntity> => ({
  offer: loader.offer,
  async load(id, fields) {
    gate.admit("job", id);
    return loader.load(id, fields);
  },
});

const guardTalent = (loader: PlannedLoader<TalentEntity>, gate: Gate): PlannedLoader<TalentEntity> => ({
  offer: loader.offer,
  async load(id, fields) {
    gate.admit("talent", id);
    const visible = gate.visibleOf(fields);
    if (isRefusedWhole("talent", fields, visible, gate.isReached("talent", id)))
      return gate.maskTalent<TalentEntity>({ id });
    const talent = await loader.load(id, visible);
    return talent && gate.maskTalent<TalentEntity>(talent);
  },
});

const guardApplication = (loader: PlannedLoader<ApplicationEntity>, gate: Gate): PlannedLoader<ApplicationEntity> => ({
  offer: loader.offer,
  async load(id, fields) {
    gate.admit("application", id);
    const visible = gate.visibleOf(fields);
    if (isRefusedWhole("application", fields, visible, gate.isReached("application", id)))
      return gate.maskApplication<ApplicationEntity>({ id }, fields);
    const application = await loader.load(id, visible);
    gate.reach("job", application?.jobId);
    gate.reach("talent", application?.talentId);
    return application && gate.maskApplication<ApplicationEntity>(application, fields);
  },
});

/** What is known of a thing that has been reached without reading it. */
const TOLD_BY_ID = { talent: new Set(["id"]), application: new Set(["id", "exams"]) } as const satisfies Partial<
  Record<EntityKind, ReadonlySet<string>>
>;

/** Whether nothing that may be seen has to be read: a refusal is then told at no call. */
export function isRefusedWhole(
  kind: keyof typeof TOLD_BY_ID,
  asked: ReadonlySet<string>,
  visible: ReadonlySet<string>,
  isReached: boolean,
): boolean {
  if (visible.size === asked.size) return false;
  return visible.size === 0 || (isReached && [...visible].every((field) => TOLD_BY_ID[kind].has(field)));
}
