import { Arg, Ctx, FieldResolver, ID, Query, Resolver, Root } from "type-graphql";
import { parseFeishuId } from "../args.js";
import type { GraphContext } from "../context.js";
import { toUser, User } from "../user/type.js";
import { Job } from "./type.js";

@Resolver(() => Job)
export class JobResolver {
  @Query(() => Job, { nullable: true, description: "One job (职位) by Feishu's id; `null` when there is none." })
  async job(
    @Arg("id", () => ID, { description: "1 to 20 digits." }) id: string,
    @Ctx() { loaders }: GraphContext,
  ): Promise<Job | null> {
    return loaders.job.load(parseFeishuId("id", id));
  }

  @FieldResolver(() => User, { nullable: true, description: "Who created the job; `null` where the system did." })
  creator(@Root() job: Job): User | null {
    return toUser(job.creatorId);
  }
}
