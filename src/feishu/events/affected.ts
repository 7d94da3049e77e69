import type { FeishuEvent } from "./webhook.js";

/** Entity that an event has changed; its cached data is stale. */
export interface Affected {
  readonly kind: "application" | "talent" | "user";
  readonly id: string;
}

type Payload = FeishuEvent["payload"];

const ID_KINDS_OF_USERS = ["open_id", "union_id", "user_id"] as const;

const applicationsOf = ({ application_id: id, application_ids: ids }: Payload): Affected[] =>
  [id, ...(Array.isArray(ids) ? ids : [])].flatMap((one) => affected("application", one));

const talentOf = ({ talent_id: id }: Payload): Affected[] => affected("talent", id);

/** Returns every id of a user, because a user is cached under each requested kind of id. */
function userOf({ object }: Payload): Affected[] {
  const user = typeof object === "object" && object !== null ? (object as Payload) : {};
  return ID_KINDS_OF_USERS.flatMap((kind) => affected("user", user[kind]));
}

/**
 * Entities that each event affects. No event covers tasks, jobs, scores or a talent's record; only their time to live
 * limits their age.
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

/** Returns the entities that `event` has changed; empty for events that affect no cached data. */
export const affectedBy = ({ type, payload }: FeishuEvent): readonly Affected[] => AFFECTED_BY[type]?.(payload) ?? [];

/** Returns an entry for a well-formed id. Ids come from outside, so malformed ones are ignored. */
const affected = (kind: Affected["kind"], id: unknown): Affected[] =>
  typeof id === "string" && /^[\w-]{1,128}$/.test(id) ? [{ kind, id }] : [];
