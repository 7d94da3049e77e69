import type { FeishuEvent } from "./webhook.js";

/** What an event has changed: what is held of it is not true any more. */
export interface Affected {
  readonly kind: "application" | "talent" | "user";
  readonly id: string;
}

type Payload = FeishuEvent["payload"];

const ID_KINDS_OF_USERS = ["open_id", "union_id", "user_id"] as const;

const applicationsOf = ({ application_id: id, application_ids: ids }: Payload): Affected[] =>
  [id, ...(Array.isArray(ids) ? ids : [])].flatMap((one) => affected("application", one));

const talentOf = ({ talent_id: id }: Payload): Affected[] => affected("talent", id);

/** A user is held by each kind of id that they were asked for by. */
function userOf({ object }: Payload): Affected[] {
  const user = typeof object === "object" && object !== null ? (object as Payload) : {};
  return ID_KINDS_OF_USERS.flatMap((kind) => affected("user", user[kind]));
}

/**
 * What each event bears upon. There is none for tasks, jobs, scores or a talent's record: those are as old as their times to live
 * allow.
 * @see Feishu's documentation, events of Hire (招聘) and of Contacts (通讯录)
 */
const AFFECTED_BY: Readonly<Record<string, (payload: Payload) => Affected[]>> = {
  "hire.application.stage_changed_v1": applicationsOf,
  "hire.application.deleted_v1": applicationsOf,
  "hire.talent.deleted_v1": talentOf,
  "hire.talent.tag_subscription_v1": (payload) => [...talentOf(payload), ...applicationsOf(payload)],
  "contact.user.updated_v3": userOf,
  "contact.user.deleted_v3": userOf,
};

/** What `event` has changed; nothing for events that bear upon nothing that is held. */
export const affectedBy = ({ type, payload }: FeishuEvent): readonly Affected[] => AFFECTED_BY[type]?.(payload) ?? [];

/** Ids come from outside: what looks like none is passed over. */
const affected = (kind: Affected["kind"], id: unknown): Affected[] =>
  typeof id === "string" && /^[\w-]{1,128}$/.test(id) ? [{ kind, id }] : [];
