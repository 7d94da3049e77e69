import { GraphQLDateTime } from "graphql-scalars";
import { createUnionType, FieldResolver, Int, Resolver, Root } from "type-graphql";
import type { CustomFieldData } from "../../loaders/index.js";
import { ID } from "../schema/id.js";
import { enumType, objectType } from "../schema/object-type.js";
import { CalendarDate, I18nText } from "../schema/values.js";

type Value = NonNullable<CustomFieldData["value"]>;

const CustomFieldType = enumType("CustomFieldType", "The type of a custom field's value.", {
  TEXT: 1,
  MULTILINE_TEXT: 2,
  OPTION: 3,
  OPTIONS: 4,
  DATE: 5,
  MONTH: 6,
  YEAR: 7,
  PERIOD: 8,
  NUMBER: 9,
  DEFAULT_FIELD: 10,
  MODULE: 11,
  DAY: 12,
  ATTACHMENTS: 13,
});

const CustomText = objectType<Pick<Value, "content">>("CustomText", "A text.", { content: [String, "The text."] });

const CustomOption = objectType<NonNullable<Value["option"]>>("CustomOption", "One of a field's options.", {
  key: [ID, "The option's key."],
  name: [I18nText, "Its name."],
});

const CustomOptions = objectType<Pick<Value, "options">>("CustomOptions", "Several of a field's options.", {
  options: [[CustomOption], "The chosen options."],
});

const CustomTime = objectType<Pick<Value, "time" | "date">>("CustomTime", "A day, a month or a year.", {
  time: [GraphQLDateTime, "The start.", { replacedBy: "date" }],
  date: [CalendarDate, "The day, or the first day of the month or year."],
});

const CustomPeriod = objectType<NonNullable<Value["timeRange"]>>("CustomPeriod", "A period.", {
  startTime: [GraphQLDateTime, "The start.", { replacedBy: "startDate" }],
  startDate: [CalendarDate, "The first day."],
  endTime: [GraphQLDateTime, "Its end; `null` while it is ongoing.", { replacedBy: "endDate" }],
  endDate: [CalendarDate, "The last day; `null` while it is ongoing."],
  ongoing: [Boolean, "True if it is ongoing (至今)."],
});

const CustomNumber = objectType<Pick<Value, "number">>("CustomNumber", "A number.", {
  number: [String, "The number as entered: Feishu keeps it as text."],
});

const CustomAttachment = objectType<Value["attachments"][number]>("CustomAttachment", "A file in a custom field.", {
  fileId: [ID, "The file's id."],
  fileName: [String, "Its name."],
  contentType: [String, "Its media type."],
  fileSize: [Int, "Its size in bytes."],
});

const CustomAttachments = objectType<Pick<Value, "attachments">>("CustomAttachments", "Files.", {
  attachments: [[CustomAttachment], "The files."],
});

/** Meaningful member of Feishu's value, by the field's type. */
const MEMBERS: ReadonlyMap<number, readonly [typeName: string, pick: (value: Value) => object | null]> = new Map([
  [CustomFieldType.TEXT, ["CustomText", whole]],
  [CustomFieldType.MULTILINE_TEXT, ["CustomText", whole]],
  [CustomFieldType.DEFAULT_FIELD, ["CustomText", whole]],
  [CustomFieldType.MODULE, ["CustomText", whole]],
  [CustomFieldType.OPTION, ["CustomOption", ({ option }) => option]],
  [CustomFieldType.OPTIONS, ["CustomOptions", whole]],
  [CustomFieldType.DATE, ["CustomTime", whole]],
  [CustomFieldType.MONTH, ["CustomTime", whole]],
  [CustomFieldType.YEAR, ["CustomTime", whole]],
  [CustomFieldType.DAY, ["CustomTime", whole]],
  [CustomFieldType.PERIOD, ["CustomPeriod", ({ timeRange }) => timeRange]],
  [CustomFieldType.NUMBER, ["CustomNumber", whole]],
  [CustomFieldType.ATTACHMENTS, ["CustomAttachments", whole]],
]);

function whole(value: Value): object {
  return value;
}

const CustomValue = createUnionType({
  name: "CustomValue",
  description: "The value of a custom field; its type depends on the field's type.",
  types: () =>
    [CustomText, CustomOption, CustomOptions, CustomTime, CustomPeriod, CustomNumber, CustomAttachments] as const,
  resolveType: (value) => (value as unknown as { typeName: string }).typeName,
});

export const CustomField = objectType<CustomFieldData>("CustomField", "A custom field of the company (自定义字段).", {
  objectId: [ID, "The field's id."],
  name: [I18nText, "Its name."],
  objectType: [CustomFieldType, "The type of its value."],
});

@Resolver(() => CustomField)
export class CustomFieldResolver {
  @FieldResolver(() => CustomValue, { nullable: true, description: "Its value." })
  value(@Root() { objectType: code, value }: CustomFieldData): object | null {
    const member = code === null || value === null ? undefined : MEMBERS.get(code);
    if (!member || value === null) return null;
    const [typeName, pick] = member;
    const picked = pick(value);
    if (picked instanceof Error) throw picked;
    return picked && { ...picked, typeName };
  }
}
