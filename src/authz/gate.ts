import {
  APPLICATION_PARTS_PII,
  APPLICATION_PARTS_PII_PATHS,
  APPLICATION_PII,
  PII_SCOPE,
  TALENT_PII,
  USER_PII,
} from "./pii.js";
import {
  AccessDenied,
  LIST_SCOPES,
  type ListKind,
  mayList,
  mayRead,
  maySeeContacts,
  maySeeNote,
  maySeePersonal,
  type Note,
  type Owner,
  RESOURCE_SCOPES,
  type ResourceKind,
} from "./policy.js";
import type { Caller, Viewer, ViewerIdType } from "./viewer.js";

/** Authorization of one request. It remembers the resources that the request's readable data has granted. */
export interface Gate {
  readonly caller: Caller;
  /**
   * Checks that the caller may read a list.
   * @throws {AccessDenied} without a call, unless ids of different kinds have to be compared.
   */
  admitList(kind: ListKind, owner: Owner): Promise<void>;
  /** Checks a resource. @throws {AccessDenied} unless it has been granted, or may be read by its bare id. */
  admit(kind: ResourceKind, id: string): void;
  /** Returns true if the request has been granted the resource. */
  isGranted(kind: ResourceKind, id: string): boolean;
  /** Grants a resource that readable data refers to. */
  grant(kind: ResourceKind, id: string | null | undefined): void;
  /** Checks a user's fields. @throws {AccessDenied} when one of them is PII that the caller may not see. */
  admitContacts(fields: ReadonlySet<string>): void;
  /** Returns the fields that the caller may see; fields of an application's parts are named by their paths. */
  visibleOf(fields: ReadonlySet<string>): ReadonlySet<string>;
  /** Returns a talent with a denial in place of all PII that the caller may not see. */
  maskTalent<T extends Talent>(talent: T): T;
  /** Masks PII of an application. An absent part of which only PII is selected becomes a part that holds the denial. */
  maskApplication<T extends Application>(application: T, fields: ReadonlySet<string>): T;
}

/** Finds the ids that the directory knows of a user; `null` when it does not know the user. */
export type FindIds = (viewer: Viewer) => Promise<Readonly<Partial<Record<ViewerIdType, string | null>>> | null>;

/** Creates the gate of one request. */
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
  const personal = maySeePersonal(caller) ? null : new AccessDenied("PII of a candidate", PII_SCOPE);
  const masked = (fields: readonly string[]): object => Object.fromEntries(fields.map((field) => [field, personal]));
  return {
    caller,
    async admitList(kind, owner) {
      const verdict = mayList(caller, kind, owner);
      if (verdict === "allow") return;
      if (verdict === "compare" && caller && (await isOwn(caller, owner))) return;
      throw new AccessDenied("another user's list", LIST_SCOPES[kind]);
    },
    admit(kind, id) {
      if (mayRead(caller, kind, granted[kind].has(id))) return;
      throw new AccessDenied(`access to a ${kind} by its bare id`, RESOURCE_SCOPES[kind]);
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
      throw new AccessDenied("PII of a colleague", RESOURCE_SCOPES.user);
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

/** Visible part of each field set. Rows of a page select the same fields, so they share the result. */
const nonPersonalFields = new WeakMap<ReadonlySet<string>, ReadonlySet<string>>();

function withoutPersonal(fields: ReadonlySet<string>): ReadonlySet<string> {
  const known = nonPersonalFields.get(fields) ?? new Set([...fields].filter((field) => !PERSONAL_FIELDS.has(field)));
  nonPersonalFields.set(fields, known);
  return known;
}
