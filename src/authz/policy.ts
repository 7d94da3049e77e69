import type { Caller, Viewer, ViewerIdType } from "./viewer.js";

/** Feishu's task lists. */
export type ListKind = "examMarkingTasks" | "interviewTasks" | "evaluationTasks";

/** What can be read by its id. */
export type ResourceKind = "job" | "talent" | "application" | "user";

/** The scope for the lists of others. */
export const LIST_SCOPES = {
  examMarkingTasks: "hire:exam:read_all",
  interviewTasks: "hire:interview:read_all",
  evaluationTasks: "hire:evaluation:read_all",
} as const satisfies Record<ListKind, string>;

/** The scope for things that are asked for by a bare id. */
export const RESOURCE_SCOPES = {
  job: "hire:job:read",
  talent: "hire:talent:read",
  application: "hire:application:read",
  user: "hire:user:read",
} as const satisfies Record<ResourceKind, string>;

/** The scope for what is personal of a talent. */
export const PII_SCOPE = "hire:talent:pii";

/** What is personal of a talent: contacts, identity, birthday, address, documents. */
export const TALENT_PII = [
  "mobileNumber",
  "mobileCode",
  "email",
  "birthday",
  "homeAddress",
  "identificationType",
  "identificationNumber",
  "snsAccounts",
  "works",
  "resumeAttachmentIds",
  "resumeAttachments",
  "registrations",
  "interviewRegistrations",
] as const;

/** What is personal of an application: the résumé. */
export const APPLICATION_PII = ["resumeAttachmentId"] as const;

/** What is personal in parts of an application: salaries, as an offer (录用) and an agency (猎头) tell them. */
export const APPLICATION_PARTS_PII = { offer: ["salary"], agency: ["salaries"] } as const;

/** The same as paths. */
export const APPLICATION_PARTS_PII_PATHS: readonly string[] = Object.entries(APPLICATION_PARTS_PII).flatMap(
  ([part, fields]) => fields.map((field) => `${part}.${field}`),
);

/** What is personal of a colleague: needs the scope for users, though names do not. */
export const USER_PII = ["email", "mobile", "enterpriseEmail"] as const;

/** A refusal: which scope would have been needed. It has cost no call. */
export class AccessDenied extends Error {
  override readonly name = "AccessDenied";
  readonly scope: string;

  constructor(what: string, scope: string) {
    super(`${what} needs the scope ${scope}`);
    this.scope = scope;
  }
}

/** Whose list it is. */
export interface Owner {
  readonly userId: string;
  readonly userIdType: ViewerIdType;
}

/**
 * Whether the caller may read a list: their own, or anybody's with the scope. `compare` when the owner is named by a kind
 * of id that is not known of the caller: then it has to be found out, for ids of different kinds never tell.
 */
export function mayList(caller: Caller, kind: ListKind, { userId, userIdType }: Owner): "allow" | "deny" | "compare" {
  if (caller === null || caller.scopes.has(LIST_SCOPES[kind])) return "allow";
  const known = caller.ids[userIdType];
  if (known !== undefined) return known === userId ? "allow" : "deny";
  return isComparable(caller, userIdType) ? "compare" : "deny";
}

/** Whether the directory can tell the one kind of id from the other: it knows nothing of people_admin_ids. */
const isComparable = ({ idType }: Viewer, other: ViewerIdType): boolean =>
  idType !== "people_admin_id" && other !== "people_admin_id";

/** Whether the caller may read a thing: one that a list they may read has led to, or any with the scope. */
export const mayRead = (caller: Caller, kind: ResourceKind, isGranted: boolean): boolean =>
  caller === null || isGranted || caller.scopes.has(RESOURCE_SCOPES[kind]);

/** Whether the caller may see what is personal of colleagues. */
export const maySeeContacts = (caller: Caller): boolean => mayRead(caller, "user", false);

/** Whether the caller may see what is personal. */
export const maySeePersonal = (caller: Caller): boolean => caller === null || caller.scopes.has(PII_SCOPE);

/** Feishu's code of a note that its author keeps to themselves. */
const PRIVATE_NOTE = 1;

/** A note on a talent: who wrote it, and whether it is private. */
export interface Note {
  readonly privacy: number | null;
  readonly creator: { readonly id: string } | null;
}

/** Whether a note's content may be seen: a private one by its author, and by those who may see what is personal. */
export const maySeeNote = (caller: Caller, { privacy, creator }: Note): boolean =>
  privacy !== PRIVATE_NOTE || maySeePersonal(caller) || (creator !== null && creator.id === caller?.ids.open_id);

/** The scope for being told what an operation did upstream. */
const EXPLAIN_SCOPE = "hire:explain";

/** Whether the caller may be told what their operation did upstream, call by call: it says how the service is doing. */
export const mayExplain = (caller: Caller): boolean => caller?.scopes.has(EXPLAIN_SCOPE) ?? false;
