import type { Gate } from "../authz/gate.js";
import type { ApplicationEntity, JobEntity, TalentEntity } from "./entities.js";
import type { Loaders } from "./loaders.js";
import type { PlannedLoader } from "./planned-loader.js";
import type { EntityKind } from "./sources.js";

/** Loaders without authorization checks. */
export type UnauthorizedLoaders = Omit<Loaders, "prefetchRows" | "admit" | "admitList" | "admitRows" | "caller">;

/**
 * Puts the loaders behind the authorization policy. Every path to an entity ends here: root fields, rows, references of
 * other entities and of a gateway. A readable entity grants the entities that it refers to. A denial costs no call.
 */
export function withAuthorization(
  loaders: UnauthorizedLoaders,
  gate: Gate,
): UnauthorizedLoaders & Pick<Loaders, "admit" | "admitList" | "admitRows" | "caller"> {
  const admitRows: Loaders["admitRows"] = async (kind, owner, rows) => {
    await gate.admitList(kind, owner);
    for (const { jobId, talentId, applicationId } of rows) {
      gate.grant("job", jobId);
      gate.grant("talent", talentId);
      gate.grant("application", applicationId);
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
    job: authorizedJobs(loaders.job, gate),
    talent: authorizedTalents(loaders.talent, gate),
    application: authorizedApplications(loaders.application, gate),
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

const authorizedJobs = (loader: PlannedLoader<JobEntity>, gate: Gate): PlannedLoader<JobEntity> => ({
  offer: loader.offer,
  load(id, fields) {
    gate.admit("job", id);
    return loader.load(id, fields);
  },
});

const authorizedTalents = (loader: PlannedLoader<TalentEntity>, gate: Gate): PlannedLoader<TalentEntity> => ({
  offer: loader.offer,
  load(id, fields) {
    gate.admit("talent", id);
    const visible = gate.visibleOf(fields);
    // Every selected field is visible, so nothing needs masking.
    if (visible === fields) return loader.load(id, fields);
    if (isDeniedWhole("talent", fields, visible, gate.isGranted("talent", id)))
      return Promise.resolve(gate.maskTalent<TalentEntity>({ id }));
    return loader.load(id, visible).then((talent) => talent && gate.maskTalent<TalentEntity>(talent));
  },
});

const authorizedApplications = (
  loader: PlannedLoader<ApplicationEntity>,
  gate: Gate,
): PlannedLoader<ApplicationEntity> => ({
  offer: loader.offer,
  load(id, fields) {
    gate.admit("application", id);
    const visible = gate.visibleOf(fields);
    if (isDeniedWhole("application", fields, visible, gate.isGranted("application", id)))
      return Promise.resolve(gate.maskApplication<ApplicationEntity>({ id }, fields));
    return loader.load(id, visible).then((application) => {
      gate.grant("job", application?.jobId);
      gate.grant("talent", application?.talentId);
      return application && gate.maskApplication<ApplicationEntity>(application, fields);
    });
  },
});

/** Fields of a granted resource that are known without reading it. */
const FIELDS_ON_ID = { talent: new Set(["id"]), application: new Set(["id", "exams"]) } as const satisfies Partial<
  Record<EntityKind, ReadonlySet<string>>
>;

/** Returns true if every field that needs a read is hidden from the caller. The denial then costs no call. */
export function isDeniedWhole(
  kind: keyof typeof FIELDS_ON_ID,
  selected: ReadonlySet<string>,
  visible: ReadonlySet<string>,
  isGranted: boolean,
): boolean {
  if (visible.size === selected.size) return false;
  return visible.size === 0 || (isGranted && [...visible].every((field) => FIELDS_ON_ID[kind].has(field)));
}
