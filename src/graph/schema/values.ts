import { GraphQLScalarType } from "graphql";
import { GraphQLLocalDate } from "graphql-scalars";
import { Arg, Ctx, FieldResolver, Resolver, Root, registerEnumType } from "type-graphql";
import { UpstreamError } from "../../feishu/errors.js";
import type { I18nCode, I18nRef, I18nText as I18nTextData } from "../../loaders/index.js";
import type { GraphContext } from "../context.js";
import { ID } from "./id.js";
import { enumType, objectType } from "./object-type.js";

/** Languages of Feishu's names; the values are the fields that hold them. */
export enum Locale {
  ZH_CN = "zhCn",
  EN_US = "enUs",
}

registerEnumType(Locale, {
  name: "Locale",
  description: "A language that Feishu keeps names in.",
  valuesConfig: { ZH_CN: { description: "Chinese (简体中文)." }, EN_US: { description: "English." } },
});

export const I18nText = objectType<I18nTextData>(
  "I18nText",
  "A text in two languages, either of which may be missing.",
  { zhCn: [String, "The Chinese text."], enUs: [String, "The English text."] },
);

@Resolver(() => I18nText)
export class I18nTextResolver {
  @FieldResolver(() => String, {
    nullable: true,
    description: "The text in one language, or in the other if the text is missing or empty.",
  })
  text(
    @Root() text: I18nTextData,
    @Arg("locale", () => Locale, {
      nullable: true,
      description: "The language; if omitted, the one that the request's `Accept-Language` prefers, or Chinese.",
    })
    locale: Locale | null | undefined,
    @Ctx() context: GraphContext,
  ): string | null {
    return text[locale ?? context.locale] || text.zhCn || text.enUs;
  }
}

export const NamedRef = objectType<I18nRef>("NamedRef", "A Feishu object with an id and a name.", {
  id: [ID, "Feishu's id."],
  name: [I18nText, "Its name."],
});

export const Place = objectType<I18nCode>("Place", "A city, a district, a country or a time zone.", {
  code: [String, "Feishu's code."],
  name: [I18nText, "Its name."],
});

/** Date. Feishu sends one as its midnight in its own zone, which the decoder resolves. */
export const CalendarDate = new GraphQLScalarType({
  ...GraphQLLocalDate.toConfig(),
  name: "Date",
  description: "A calendar date, as `YYYY-MM-DD`: the day in Feishu's own time zone, Asia/Shanghai.",
});

/** Month. Feishu's months are text that people entered. A bad one is an error of its field, not of the talent. */
export const YearMonth = new GraphQLScalarType({
  name: "YearMonth",
  description: "A month, as `YYYY-MM`.",
  serialize(value) {
    if (typeof value === "string" && /^\d{4}-\d{2}$/.test(value)) return value;
    throw new UpstreamError("UPSTREAM_CONTRACT", "Feishu sent a month that is not YYYY-MM", null);
  },
});

export const RefActiveStatus = enumType("RefActiveStatus", "Status of a setting: in use, or not.", {
  ENABLED: 1,
  DISABLED: 2,
});

export const InterviewType = enumType("InterviewType", "How an interview is held.", { ONSITE: 1, PHONE: 2, VIDEO: 3 });
