import DataLoader from "dataloader";
import type { ContactIdType, UserData } from "../feishu/contact/users.js";
import type { UserFacts } from "./entities.js";
import type { SharedReads } from "./shared-reads.js";
import type { Reader } from "./sharer.js";

/** One wish for something of a user. */
interface UserWish {
  readonly id: string;
  readonly idType: ContactIdType;
  readonly fields: ReadonlySet<string>;
}

/** What the endpoint of least permission tells of a user. */
export const NAME_FIELDS: ReadonlySet<string> = new Set(["name", "i18nName"]);

/**
 * Looks users up for one request, each once. With `basicNames`, those of whom only names are wished for in a tick are asked
 * for at the endpoint of least permission.
 */
export function createUserLoader(
  reads: SharedReads,
  reader: Reader,
  basicNames: boolean,
): DataLoader<UserWish, UserFacts | null> {
  const made = new Map<string, Promise<UserFacts | null>>();

  const readOnce = (id: string, idType: ContactIdType, isBasic: boolean): Promise<UserFacts | null> => {
    const whole = made.get(`${idType} ${id}`);
    if (whole) return whole;
    const key = isBasic ? `basic ${idType} ${id}` : `${idType} ${id}`;
    const read =
      made.get(key) ??
      (isBasic ? reads.basicUser(id, idType, reader) : reads.user(id, idType, reader).then(withI18nName));
    made.set(key, read);
    return read;
  };

  // DataLoader awaits the batch, but not the promises in it: that is what lets every key settle alone.
  const startAll = async (wishes: readonly UserWish[]) => {
    const fieldsOf = new Map<string, Set<string>>();
    for (const { id, idType, fields } of wishes) {
      const key = `${idType} ${id}`;
      fieldsOf.set(key, new Set([...(fieldsOf.get(key) ?? []), ...fields]));
    }
    const onlyNames = (key: string): boolean => [...(fieldsOf.get(key) ?? [])].every((field) => NAME_FIELDS.has(field));
    return wishes.map(({ id, idType }) =>
      readOnce(id, idType, basicNames && onlyNames(`${idType} ${id}`)),
    ) as unknown as (UserFacts | null)[];
  };
  return new DataLoader(startAll, { name: "user", cache: false });
}

/** What the directory's record says, with the name in both languages as entities tell it. */
const withI18nName = (user: UserData | null): UserFacts | null =>
  user && { ...user, i18nName: { zhCn: user.name, enUs: user.enName } };
