import { PII_SCOPE } from "./pii.js";
import type { Caller, Viewer, ViewerIdType } from "./viewer.js";

/** Feishu's task lists. */
export type ListKind = "examMarkingTasks" | "interviewTasks" | "evaluationTasks";

/** Kinds of resource that can be read by id. */
export type ResourceKind = "job" | "talent" | "application" | "user";

/** Scopes that grant the lists of others. */
export const LIST_SCOPES = {
  examMarkingTasks: "hire:exam:read_all",
  interviewTasks: "hire:interview:read_all",
  evaluationTasks: "hire:evaluation:read_all",
} as const satisfies Record<ListKind, string>;

/** Scopes that grant resources by a bare id. */
export const RESOURCE_SCOPES = {
  job: "hire:job:read",
  talent: "hire:talent:read",
  application: "hire:application:read",
  user: "hire:user:read",
} as const satisfies Record<ResourceKind, string>;

/** Error for a denial, with the scope that would grant access. A denial costs no call, except to compare ids. */
export class AccessDenied extends Error {
  override readonly name = "AccessDenied";
  readonly scope: string;

  constructor(what: string, scope: string) {
    super(`${what} requires the scope ${scope}`);
    this.scope = scope;
  }
}

/** Owner of a list. */
export interface Owner {
  readonly userId: string;
  readonly userIdType: ViewerIdType;
}

/**
 * Decides if the caller may read a list: their own, or any with the scope. Returns `compare` if the caller has no known
 * id of the owner's kind. The directory must then be read, because ids of different kinds are not comparable.
 */
export function mayList(caller: Caller, kind: ListKind, { userId, userIdType }: Owner): "allow" | "deny" | "compare" {
  if (caller === null || caller.scopes.has(LIST_SCOPES[kind])) return "allow";
  const known = caller.ids[userIdType];
  if (known !== undefined) return known === userId ? "allow" : "deny";
  return isComparable(caller, userIdType) ? "compare" : "deny";
}

/** Returns true if the directory can map one kind of id to the other: it does not know people_admin_ids. */
const isComparable = ({ idType }: Viewer, other: ViewerIdType): boolean =>
  idType !== "people_admin_id" && other !== "people_admin_id";

/** Returns true if the caller may read a resource: one granted by a readable list, or any with the scope. */
export const mayRead = (caller: Caller, kind: ResourceKind, isGranted: boolean): boolean =>
  caller === null || isGranted || caller.scopes.has(RESOURCE_SCOPES[kind]);

/** Returns true if the caller may see the PII of colleagues. */
export const maySeeContacts = (caller: Caller): boolean => mayRead(caller, "user", false);

/** Returns true if the caller may see the PII of candidates. */
export const maySeePersonal = (caller: Caller): boolean => caller === null || caller.scopes.has(PII_SCOPE);

/** Feishu's code of a note that is private to its author. */
const PRIVATE_NOTE = 1;

/** A note on a talent: its author and its privacy. */
export interface Note {
  readonly privacy: number | null;
  readonly creator: { readonly id: string } | null;
}

/**
 * Returns true if a note's content is visible. A private note is visible to its author, and to callers who may see PII.
 */
export const maySeeNote = (caller: Caller, { privacy, creator }: Note): boolean =>
  privacy !== PRIVATE_NOTE || maySeePersonal(caller) || (creator !== null && creator.id === caller?.ids.open_id);

/** Scope that grants a report of an operation's upstream calls. */
const EXPLAIN_SCOPE = "hire:explain";

/**
 * Returns true if the caller may see each upstream call of their operation. The calls reveal the state of the service.
 */
export const mayExplain = (caller: Caller): boolean => caller?.scopes.has(EXPLAIN_SCOPE) ?? false;
