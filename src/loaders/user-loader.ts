import DataLoader from "dataloader";
import type { ContactIdType, UserData } from "../feishu/contact/users.js";
import type { CachedReads } from "./cached-reads.js";
import type { UserFacts } from "./entities.js";
import type { ReadContext } from "./read-context.js";

/** Request for fields of one user. */
interface UserRequest {
  readonly id: string;
  readonly idType: ContactIdType;
  readonly fields: ReadonlySet<string>;
}

/** Fields that the endpoint with the least permission provides. */
export const NAME_FIELDS: ReadonlySet<string> = new Set(["name", "i18nName"]);

/**
 * Creates a loader that looks up each user once per operation. With `basicNames`, users with only names requested in a
 * tick come from the endpoint with the least permission.
 */
export function createUserLoader(
  reads: CachedReads,
  context: ReadContext,
  basicNames: boolean,
): DataLoader<UserRequest, UserFacts | null> {
  const started = new Map<string, Promise<UserFacts | null>>();

  const readOnce = (id: string, idType: ContactIdType, isBasic: boolean): Promise<UserFacts | null> => {
    const whole = started.get(`${idType} ${id}`);
    if (whole) return whole;
    const key = isBasic ? `basic ${idType} ${id}` : `${idType} ${id}`;
    const read =
      started.get(key) ??
      (isBasic ? reads.basicUser.read(context, idType, id) : reads.user.read(context, idType, id).then(withI18nName));
    started.set(key, read);
    return read;
  };

  // DataLoader awaits the batch but not the promises in it, so each key settles on its own.
  const startAll = async (requests: readonly UserRequest[]) => {
    const fieldsOf = new Map<string, Set<string>>();
    for (const { id, idType, fields } of requests) {
      const key = `${idType} ${id}`;
      fieldsOf.set(key, new Set([...(fieldsOf.get(key) ?? []), ...fields]));
    }
    const onlyNames = (key: string): boolean => [...(fieldsOf.get(key) ?? [])].every((field) => NAME_FIELDS.has(field));
    return requests.map(({ id, idType }) =>
      readOnce(id, idType, basicNames && onlyNames(`${idType} ${id}`)),
    ) as unknown as (UserFacts | null)[];
  };
  return new DataLoader(startAll, { name: "user", cache: false });
}

/** Adds the name in both languages to a directory record, in the form that other entities have. */
const withI18nName = (user: UserData | null): UserFacts | null =>
  user && { ...user, i18nName: { zhCn: user.name, enUs: user.enName } };
