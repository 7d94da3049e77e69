import type { GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, Directive, Info, Query, Resolver } from "type-graphql";
import type { TalentEntity } from "../../loaders/index.js";
import { parseFeishuId } from "../args.js";
import type { GraphContext } from "../context.js";
import { byBareId } from "../federation/directives.js";
import { ID } from "../schema/id.js";
import { selectionOf } from "../selection.js";
import { Talent } from "./type.js";

@Resolver(() => Talent)
export class TalentResolver {
  @Directive(byBareId("talent"))
  @Query(() => Talent, {
    nullable: true,
    description: "One talent (人才) by Feishu's id; `null` if it does not exist.",
  })
  async talent(
    @Arg("id", () => ID, { description: "1 to 20 digits." }) id: string,
    @Ctx() { loaders }: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<TalentEntity | null> {
    return loaders.talent.load(parseFeishuId("id", id), selectionOf(info).names);
  }
}
