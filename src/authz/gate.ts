import {
  AccessDenied,
  APPLICATION_PARTS_PII,
  APPLICATION_PARTS_PII_PATHS,
  APPLICATION_PII,
  LIST_SCOPES,
  type ListKind,
  mayList,
  mayRead,
  maySeeContacts,
  maySeeNote,
  maySeePersonal,
  type Note,
  type Owner,
  PII_SCOPE,
  RESOURCE_SCOPES,
  type ResourceKind,
  TALENT_PII,
  USER_PII,
} from "./policy.js";
import type { Caller, Viewer, ViewerIdType } from "./viewer.js";

/** Guards what one request reads. It remembers what the request has been led to by what it may read. */
export interface Gate {
  readonly caller: Caller;
  /**
   * Lets a list be read, or not.
   * @throws {AccessDenied} at no call, unless ids of different kinds have to be compared.
   */
  admitList(kind: ListKind, owner: Owner): Promise<void>;
  /** @throws {AccessDenied} unless the thing has been granted, or may be read by its bare id. */
  admit(kind: ResourceKind, id: string): void;
  /** Whether the request has been led to the thing. */
  isGranted(kind: ResourceKind, id: string): boolean;
  /** The caller has come to this thing on a way that they may go. */
  grant(kind: ResourceKind, id: string | null | undefined): void;
  /** @throws {AccessDenied} when one of a user's fields is personal, and the caller may not see that. */
  admitContacts(fields: ReadonlySet<string>): void;
  /** Those of a thing's fields that the caller may see; fields of an application's parts are named by their paths. */
  visibleOf(fields: ReadonlySet<string>): ReadonlySet<string>;
  /** A talent with a refusal in place of everything personal that the caller may not see. */
  maskTalent<T extends Talent>(talent: T): T;
  /** The same of an application's parts. Of a part that is not there because nothing else of it is in `fields`, the refusal. */
  maskApplication<T extends Application>(application: T, fields: ReadonlySet<string>): T;
}

/** Finds the ids that the directory knows of a user; `null` when it does not know them. */
export type FindIds = (viewer: Viewer) => Promise<Readonly<Partial<Record<ViewerIdType, string | null>>> | null>;

/** A gate for one request. */
export function createGate(caller: Caller, findIds: FindIds): Gate {
  const granted: Readonly<Record<ResourceKind, Set<string>>> = {
    job: new Set(),
    talent: new Set(),
    application: new Set(),
    user: new Set(),
  };
  const isOwn = async (viewer: Viewer, { userId, userIdType }: Owner): Promise<boolean> => {
    const ids = await findIds(viewer);
    return ids?.[userIdType] === userId;
  };
  const personal = maySeePersonal(caller) ? null : new AccessDenied("what is personal of a candidate", PII_SCOPE);
  const masked = (fields: readonly string[]): object => Object.fromEntries(fields.map((field) => [field, personal]));
  return {
    caller,
    async admitList(kind, owner) {
      const verdict = mayList(caller, kind, owner);
      if (verdict === "allow") return;
      if (verdict === "compare" && caller && (await isOwn(caller, owner))) return;
      throw new AccessDenied("another's list", LIST_SCOPES[kind]);
    },
    admit(kind, id) {
      if (mayRead(caller, kind, granted[kind].has(id))) return;
      throw new AccessDenied(`a ${kind} by its id alone`, RESOURCE_SCOPES[kind]);
    },
    isGranted: (kind, id) => granted[kind].has(id),
    grant(kind, id) {
      if (id) granted[kind].add(id);
    },
    visibleOf: (fields) => (personal ? withoutPersonal(fields) : fields),
    maskTalent(talent) {
      if (!personal) return talent;
      const withoutContent = (note: Note): Note =>
        maySeeNote(caller, note) ? note : { ...note, ...masked(["content"]) };
      const notes = talent.notes && { notes: talent.notes.map(withoutContent) };
      return { ...talent, ...masked(TALENT_PII), ...notes };
    },
    maskApplication(application, fields) {
      if (!personal) return application;
      const parts = (Object.keys(APPLICATION_PARTS_PII) as Part[]).map((part) => {
        const names = APPLICATION_PARTS_PII[part];
        const isOnlyPersonal = !fields.has(part) && names.some((name) => fields.has(`${part}.${name}`));
        const whole = application[part] ?? (isOnlyPersonal ? {} : null);
        return [part, whole && { ...whole, ...masked(names) }];
      });
      return { ...application, ...masked(APPLICATION_PII), ...Object.fromEntries(parts) };
    },
    admitContacts(fields) {
      if (maySeeContacts(caller) || !USER_PII.some((field) => fields.has(field))) return;
      throw new AccessDenied("what is personal of a colleague", RESOURCE_SCOPES.user);
    },
  };
}

type Part = keyof typeof APPLICATION_PARTS_PII;
type Application = { readonly [part in Part]?: object | null };
type Talent = { readonly id: string; readonly notes?: readonly Note[] };

const PERSONAL_FIELDS: ReadonlySet<string> = new Set([
  ...TALENT_PII,
  ...APPLICATION_PII,
  ...APPLICATION_PARTS_PII_PATHS,
]);

/** Rows of a page ask for the same fields: what is left of these is the same, too. */
const nonPersonalFields = new WeakMap<ReadonlySet<string>, ReadonlySet<string>>();

function withoutPersonal(fields: ReadonlySet<string>): ReadonlySet<string> {
  const known = nonPersonalFields.get(fields) ?? new Set([...fields].filter((field) => !PERSONAL_FIELDS.has(field)));
  nonPersonalFields.set(fields, known);
  return known;
}
