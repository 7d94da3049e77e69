import { GraphQLScalarType } from "graphql";
import { Arg, Directive, Field, FieldResolver, ID, ObjectType, Resolver, Root, registerEnumType } from "type-graphql";
import { UpstreamError } from "../feishu/errors.js";

/** The languages that Feishu keeps names in. */
export enum Locale {
  ZH_CN = "zhCn",
  EN_US = "enUs",
}

registerEnumType(Locale, {
  name: "Locale",
  description: "A language that Feishu keeps names in.",
  valuesConfig: { ZH_CN: { description: "Chinese (简体中文)." }, EN_US: { description: "English." } },
});

@Directive("@shareable")
@ObjectType({ description: "A text in two languages, either of which may be missing." })
export class I18nText {
  @Field(() => String, { nullable: true, description: "The Chinese text." })
  zhCn!: string | null;

  @Field(() => String, { nullable: true, description: "The English text." })
  enUs!: string | null;
}

@Resolver(() => I18nText)
export class I18nTextResolver {
  @FieldResolver(() => String, {
    nullable: true,
    description: "The text in one language, or in the other one where that is missing or empty.",
  })
  text(
    @Root() text: I18nText,
    @Arg("locale", () => Locale, { defaultValue: Locale.ZH_CN, description: "The language wanted." }) locale: Locale,
  ): string | null {
    return text[locale] || text.zhCn || text.enUs;
  }
}

@Directive("@shareable")
@ObjectType({ description: "Something that Feishu refers to by id and name." })
export class NamedRef {
  @Field(() => ID, { nullable: true, description: "Feishu's id." })
  id!: string | null;

  @Field(() => I18nText, { nullable: true, description: "Its name." })
  name!: I18nText | null;
}

@Directive("@shareable")
@ObjectType({ description: "A city." })
export class City {
  @Field(() => String, { nullable: true, description: "Feishu's code of the city." })
  code!: string | null;

  @Field(() => I18nText, { nullable: true, description: "Its name." })
  name!: I18nText | null;
}

/** Feishu's months are text that people entered: what is not a month is an error of its field, not of the talent. */
export const YearMonth = new GraphQLScalarType({
  name: "YearMonth",
  description: "A month, as `YYYY-MM`.",
  serialize(value) {
    if (typeof value === "string" && /^\d{4}-\d{2}$/.test(value)) return value;
    throw new UpstreamError("UPSTREAM_CONTRACT", "Feishu sent a month that is not YYYY-MM", null);
  },
});
