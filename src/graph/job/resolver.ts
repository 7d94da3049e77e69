import type { GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, Directive, Info, Query, Resolver } from "type-graphql";
import type { JobEntity } from "../../loaders/index.js";
import { parseFeishuId } from "../args.js";
import type { GraphContext } from "../context.js";
import { byBareId } from "../federation/directives.js";
import { ID } from "../schema/id.js";
import { selectionOf } from "../selection.js";
import { Job } from "./type.js";

@Resolver(() => Job)
export class JobResolver {
  @Directive(byBareId("job"))
  @Query(() => Job, { nullable: true, description: "One job (职位) by Feishu's id; `null` if it does not exist." })
  async job(
    @Arg("id", () => ID, { description: "1 to 20 digits." }) id: string,
    @Ctx() { loaders }: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<JobEntity | null> {
    return loaders.job.load(parseFeishuId("id", id), selectionOf(info).names);
  }
}
