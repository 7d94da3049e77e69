import { Arg, Ctx, ID, Query, Resolver } from "type-graphql";
import type { TalentData } from "../../loaders/index.js";
import { parseFeishuId } from "../args.js";
import type { GraphContext } from "../context.js";
import { Talent } from "./type.js";

@Resolver(() => Talent)
export class TalentResolver {
  @Query(() => Talent, { nullable: true, description: "One talent (人才) by Feishu's id; `null` when there is none." })
  async talent(
    @Arg("id", () => ID, { description: "1 to 20 digits." }) id: string,
    @Ctx() { loaders }: GraphContext,
  ): Promise<TalentData | null> {
    return loaders.talent.load(parseFeishuId("id", id));
  }
}
