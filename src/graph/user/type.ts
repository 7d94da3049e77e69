import { Directive, Field, ID, ObjectType, registerEnumType } from "type-graphql";
import type { UserIdType as FeishuUserIdType } from "../../loaders/index.js";

/** Feishu's kinds of user id; the values are what its API takes. */
export enum UserIdType {
  OPEN_ID = "open_id",
  UNION_ID = "union_id",
  USER_ID = "user_id",
  PEOPLE_ADMIN_ID = "people_admin_id",
}

registerEnumType(UserIdType, {
  name: "UserIdType",
  description: "What kind of user id it is. An id means nothing without its kind.",
  valuesConfig: {
    OPEN_ID: { description: "`ou_…`: a user as one app knows them." },
    UNION_ID: { description: "`on_…`: a user as all apps of one developer know them." },
    USER_ID: { description: "A user within one tenant; needs Feishu's `contact:user.employee_id:readonly`." },
    PEOPLE_ADMIN_ID: { description: "A user as Feishu People knows them; being retired by Feishu." },
  },
});

@Directive('@key(fields: "id idType")')
@ObjectType({ description: "A person in Feishu's directory." })
export class User {
  @Field(() => ID, { description: "The id, of the kind that `idType` names." })
  id!: string;

  @Field(() => UserIdType, { description: "What kind of id `id` is." })
  idType!: FeishuUserIdType;
}

/** The user that an entity names by open_id; Feishu leaves it empty where the system itself acted. */
export function toUser(openId: string | null | undefined): User | null {
  return openId ? { id: openId, idType: UserIdType.OPEN_ID } : null;
}
