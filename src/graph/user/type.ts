import { GraphQLDateTime } from "graphql-scalars";
import { Int, registerEnumType } from "type-graphql";
import { USER_PII } from "../../authz/pii.js";
import type { UserEntity } from "../../loaders/index.js";
import { byBareId, FREE } from "../federation/directives.js";
import { ID } from "../schema/id.js";
import { directOnFields, enumType, objectType, SHAREABLE } from "../schema/object-type.js";
import { CalendarDate, I18nText } from "../schema/values.js";

/** Feishu's types of user id; the values are those that its API takes. */
export enum UserIdType {
  OPEN_ID = "open_id",
  UNION_ID = "union_id",
  USER_ID = "user_id",
  PEOPLE_ADMIN_ID = "people_admin_id",
}

registerEnumType(UserIdType, {
  name: "UserIdType",
  description: "The type of a user id. An id is meaningless without its type.",
  valuesConfig: {
    OPEN_ID: { description: "`ou_…`: a user as one app knows them." },
    UNION_ID: { description: "`on_…`: a user as all apps of one developer know them." },
    USER_ID: { description: "A user within one tenant; needs Feishu's `contact:user.employee_id:readonly`." },
    PEOPLE_ADMIN_ID: { description: "A user as Feishu People knows them; being retired by Feishu." },
  },
});

type AssignmentData = NonNullable<UserEntity["assignments"]>[number];
type AttributeData = NonNullable<UserEntity["customAttributes"]>[number];
type AttributeValueData = NonNullable<AttributeData["value"]>;
type PathData = NonNullable<UserEntity["departmentPath"]>[number];
type NameData = NonNullable<PathData["departmentName"]>;

const UserGender = enumType("UserGender", "An employee's gender.", { UNDISCLOSED: 0, MALE: 1, FEMALE: 2, OTHER: 3 });

const ContactName = objectType<NonNullable<NameData["i18nName"]>>("ContactName", "A name in three languages.", {
  zhCn: [String, "The Chinese name."],
  enUs: [String, "The English name."],
  jaJp: [String, "The Japanese name."],
});

const Avatar = objectType<NonNullable<UserEntity["avatar"]>>("Avatar", "A picture of a person, by its width.", {
  size72: [String, "72 pixels wide."],
  size240: [String, "240 pixels wide."],
  size640: [String, "640 pixels wide."],
  original: [String, "As uploaded."],
});

const UserStatus = objectType<NonNullable<UserEntity["status"]>>("UserStatus", "The status of a person's account.", {
  isFrozen: [Boolean, "True if it is suspended (暂停)."],
  isResigned: [Boolean, "True if the person has left (离职)."],
  isActivated: [Boolean, "True if it has been activated."],
  isExited: [Boolean, "True if the person has left voluntarily."],
  isUnjoin: [Boolean, "True if the person has yet to join."],
});

const UserOrder = objectType<NonNullable<UserEntity["orders"]>[number]>(
  "UserOrder",
  "A person's position in a department.",
  {
    departmentId: [ID, "The department."],
    userOrder: [Int, "The person's place within it."],
    departmentOrder: [Int, "Its place among the person's departments."],
    isPrimary: [Boolean, "True if it is the person's main one."],
  },
);

const GenericUser = objectType<NonNullable<AttributeValueData["genericUser"]>>("GenericUser", "A referenced user.", {
  id: [ID, "The user's id."],
  type: [Int, "Feishu's code of the kind of user."],
});

const AttributeValue = objectType<AttributeValueData>("UserAttributeValue", "A custom attribute's value.", {
  text: [String, "A text."],
  url: [String, "A link."],
  pcUrl: [String, "The link for computers."],
  optionId: [ID, "The option's id."],
  optionValue: [String, "The option's value."],
  name: [String, "The option's name."],
  pictureUrl: [String, "A picture."],
  genericUser: [GenericUser, "A user."],
});

const UserAttribute = objectType<AttributeData>("UserAttribute", "A custom attribute (自定义字段).", {
  id: [ID, "The attribute's id."],
  type: [String, "Its type, as Feishu names it."],
  value: [AttributeValue, "Its value."],
});

const Assignment = objectType<AssignmentData>("Assignment", "A seat of a person (席位).", {
  subscriptionId: [ID, "The subscription."],
  licensePlanKey: [String, "The plan."],
  productName: [String, "The product."],
  i18nName: [ContactName, "The product, by language."],
  startTime: [GraphQLDateTime, "The start."],
  endTime: [GraphQLDateTime, "The end."],
});

const DepartmentName = objectType<NameData>("DepartmentName", "A department's name.", {
  name: [String, "The name."],
  i18nName: [ContactName, "The name, by language."],
});

const DepartmentPath = objectType<NonNullable<PathData["path"]>>("DepartmentPath", "The departments above one.", {
  departmentIds: [[ID], "Their ids, from the top."],
  name: [DepartmentName, "Their names, joined."],
});

const DepartmentDetail = objectType<PathData>("DepartmentDetail", "A department and the departments above it.", {
  departmentId: [ID, "The department."],
  departmentName: [DepartmentName, "Its name."],
  path: [DepartmentPath, "The departments above it."],
});

export const User = objectType<UserEntity>(
  "User",
  "A person of Feishu's directory (通讯录). Fields that the app has no permission for are `null`, without an error.",
  {
    id: [ID, "The id, of the type that `idType` names.", "required"],
    idType: [UserIdType, "The type of `id`.", "required"],
    name: [String, "The name. Needs `contact:user.base:readonly`, unless the referring entity provides it."],
    i18nName: [I18nText, "The name in two languages."],
    openId: [ID, "The open_id, by which other subgraphs can also refer to a user."],
    unionId: [ID, "The union_id."],
    userId: [ID, "The user_id. Needs `contact:user.employee_id:readonly`."],
    enName: [String, "The English name."],
    nickname: [String, "The nickname (别名)."],
    email: [String, "The e-mail address. Needs `contact:user.email:readonly`. Personal data.", "personal"],
    mobile: [String, "The phone number. Needs `contact:user.phone:readonly`. Personal data.", "personal"],
    mobileVisible: [Boolean, "True if others may see the phone number."],
    gender: [UserGender, "The gender. Needs `contact:user.gender:readonly`."],
    avatarKey: [String, "The picture's key."],
    avatar: [Avatar, "The picture."],
    status: [UserStatus, "The status of the account. Needs `contact:user.employee:readonly`."],
    departmentIds: [[ID], "The departments. Needs `contact:user.department:readonly`."],
    leaderId: [ID, "The open_id of the person's leader."],
    city: [String, "The city."],
    country: [String, "The country."],
    workStation: [String, "The desk (工位)."],
    joinTime: [GraphQLDateTime, "The first day.", { replacedBy: "joinDate" }],
    joinDate: [CalendarDate, "The first day."],
    isTenantManager: [Boolean, "True if the person administers the tenant."],
    employeeNo: [String, "The employee number."],
    employeeType: [Int, "Feishu's code of the kind of employee."],
    orders: [[UserOrder], "The positions in departments."],
    customAttributes: [[UserAttribute], "The company's custom attributes."],
    enterpriseEmail: [String, "The e-mail address of Feishu's own mail service. Personal data.", "personal"],
    jobTitle: [String, "The position."],
    isFrozen: [Boolean, "True if the account is suspended."],
    geo: [String, "Where the person's data is kept."],
    jobLevelId: [ID, "The job level."],
    jobFamilyId: [ID, "The job family."],
    subscriptionIds: [[ID], "The seats' subscriptions."],
    assignments: [[Assignment], "The seats."],
    departmentPath: [[DepartmentDetail], "The departments and the departments above them."],
    dottedLineLeaderIds: [[ID], "The dotted-line leaders (虚线上级)."],
  },
  ['@key(fields: "id idType")', '@key(fields: "openId")', FREE],
);

directOnFields(User, ["name"], [SHAREABLE]);
directOnFields(User, USER_PII, [byBareId("user")]);
