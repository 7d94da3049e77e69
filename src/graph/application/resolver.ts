import type { GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, FieldResolver, ID, Info, Query, Resolver, Root } from "type-graphql";
import { parseFeishuId } from "../args.js";
import type { GraphContext } from "../context.js";
import { Job } from "../job/type.js";
import { loadReferenced, ROW_TELLS } from "../referenced.js";
import { Talent } from "../talent/type.js";
import { toUser, User } from "../user/type.js";
import { Application } from "./type.js";

@Resolver(() => Application)
export class ApplicationResolver {
  @Query(() => Application, {
    nullable: true,
    description: "One application (投递) by Feishu's id; `null` when there is none.",
  })
  async application(
    @Arg("id", () => ID, { description: "1 to 20 digits." }) id: string,
    @Ctx() { loaders }: GraphContext,
  ): Promise<Application | null> {
    return loaders.application.load(parseFeishuId("id", id));
  }

  @FieldResolver(() => Job, { nullable: true, description: "The job applied for." })
  job(
    @Root() { jobId }: Application,
    @Ctx() { loaders }: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Job | null> | Job | null {
    return jobId ? loadReferenced(loaders.job, { id: jobId }, ROW_TELLS.job, info) : null;
  }

  @FieldResolver(() => Talent, { nullable: true, description: "Who applies." })
  talent(
    @Root() { talentId }: Application,
    @Ctx() { loaders }: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Talent | null> | Talent | null {
    return talentId ? loadReferenced(loaders.talent, { id: talentId }, ROW_TELLS.talent, info) : null;
  }

  @FieldResolver(() => User, { nullable: true, description: "The employee who created it, if one did." })
  creator(@Root() application: Application): User | null {
    return toUser(application.creatorId);
  }
}
