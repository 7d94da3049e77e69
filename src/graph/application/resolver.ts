import type { GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, Directive, FieldResolver, Info, Query, Resolver, Root } from "type-graphql";
import type { ApplicationEntity, ExamEntity } from "../../loaders/index.js";
import { parseFeishuId } from "../args.js";
import type { GraphContext } from "../context.js";
import { readExams } from "../exam/read.js";
import { Exam } from "../exam/type.js";
import { byBareId } from "../federation/directives.js";
import { Job } from "../job/type.js";
import { FIELDS_ON_ROW, loadReference } from "../load-reference.js";
import { ID } from "../schema/id.js";
import { selectionOf } from "../selection.js";
import { Talent } from "../talent/type.js";
import { applicationFields } from "./fields.js";
import { Application } from "./type.js";

@Resolver(() => Application)
export class ApplicationResolver {
  @Directive(byBareId("application"))
  @Query(() => Application, {
    nullable: true,
    description: "One application (投递) by Feishu's id; `null` if it does not exist.",
  })
  async application(
    @Arg("id", () => ID, { description: "1 to 20 digits." }) id: string,
    @Ctx() { loaders }: GraphContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ApplicationEntity | null> {
    return loaders.application.load(parseFeishuId("id", id), applicationFields(selectionOf(info)));
  }

  @FieldResolver(() => Job, { nullable: true, description: "The job applied for." })
  job(@Root() { jobId }: ApplicationEntity, @Ctx() { loaders }: GraphContext, @Info() info: GraphQLResolveInfo) {
    return jobId ? loadReference(loaders.job, { id: jobId }, FIELDS_ON_ROW.job, info) : null;
  }

  @FieldResolver(() => Talent, { nullable: true, description: "The candidate." })
  talent(@Root() { talentId }: ApplicationEntity, @Ctx() { loaders }: GraphContext, @Info() info: GraphQLResolveInfo) {
    return talentId ? loadReference(loaders.talent, { id: talentId }, FIELDS_ON_ROW.talent, info) : null;
  }

  @FieldResolver(() => [Exam], {
    nullable: true,
    description: "Its written exams. One Feishu call for up to 100 applications of a request.",
  })
  async exams(@Root() { id }: ApplicationEntity, @Ctx() { loaders }: GraphContext): Promise<ExamEntity[]> {
    return readExams(loaders, id, null);
  }
}
