import { GraphQLDateTime } from "graphql-scalars";
import { Directive, Field, ID, ObjectType, registerEnumType } from "type-graphql";
import { City, NamedRef } from "../values.js";

export enum ApplicationActiveStatus {
  ACTIVE = 1,
  ENDED = 2,
}
export enum ApplicationStageType {
  SCREENING = 1,
  EVALUATION = 2,
  WRITTEN_TEST = 3,
  INTERVIEW = 4,
  OFFER = 5,
  TO_ONBOARD = 6,
  ONBOARDED = 7,
  OTHER = 8,
  SYSTEM_DEFAULT = 255,
}
export enum DeliveryType {
  HR_SOURCED = 1,
  CANDIDATE = 2,
  HIRING_MANAGER = 4,
  REFERRER = 5,
  AGENCY = 6,
  RPO = 7,
  EXTERNAL_REFERRER = 8,
}
export enum TerminationType {
  REJECTED_BY_COMPANY = 1,
  DECLINED_BY_CANDIDATE = 22,
  OTHER = 27,
}
export enum ResumeSourceType {
  REFERRAL = 10000,
  AGENCY = 10001,
  INTERNAL = 10002,
  JOB_BOARD = 10003,
  SOCIAL_MEDIA = 10004,
  OFFLINE = 10005,
  OTHER = 10006,
  EXTERNAL_REFERRAL = 10007,
  TRANSFER = 10008,
  INTERN_CONVERSION = 10009,
}

registerEnumType(ApplicationActiveStatus, {
  name: "ApplicationActiveStatus",
  description: "Whether an application is still going on.",
});
registerEnumType(ApplicationStageType, {
  name: "ApplicationStageType",
  description: "What happens in a stage (阶段) of the recruiting process.",
});
registerEnumType(DeliveryType, { name: "DeliveryType", description: "Who handed an application in." });
registerEnumType(TerminationType, { name: "TerminationType", description: "Why an application ended." });
registerEnumType(ResumeSourceType, {
  name: "ResumeSourceType",
  description: "What kind of source a résumé came from.",
});

@Directive("@shareable")
@ObjectType({ description: "A stage (阶段) of the recruiting process." })
export class ApplicationStage extends NamedRef {
  @Field(() => ApplicationStageType, { nullable: true, description: "What happens in it." })
  type!: number | null;
}

@Directive("@shareable")
@ObjectType({ description: "Where a résumé came from (简历来源)." })
export class ResumeSource extends NamedRef {
  @Field(() => ResumeSourceType, { nullable: true, description: "What kind of source it is." })
  type!: number | null;
}

@Directive("@shareable")
@ObjectType({ description: "The career site (官网) that an application came through." })
export class WebsiteResumeSource extends NamedRef {
  @Field(() => NamedRef, { nullable: true, description: "The promotion channel (推广渠道)." })
  channel!: NamedRef | null;
}

@Directive("@shareable")
@ObjectType({ description: "When an application was in a stage." })
export class StageTime {
  @Field(() => ID, { nullable: true, description: "The stage's id." })
  stageId!: string | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: "When it entered the stage." })
  enterTime!: number | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: "When it left; `null` while it is there." })
  exitTime!: number | null;
}

@Directive('@key(fields: "id")')
@ObjectType({
  description: "An application (投递): one talent's for one job. Needs Feishu's `hire:application:readonly`.",
})
export class Application {
  @Field(() => ID, { description: "Feishu's application id." })
  id!: string;

  @Field(() => ID, { nullable: true, description: "The job applied for." })
  jobId?: string | null;

  @Field(() => ID, { nullable: true, description: "Who applies." })
  talentId?: string | null;

  @Field(() => ApplicationStage, { nullable: true, description: "The stage it is in." })
  stage?: ApplicationStage | null;

  @Field(() => [StageTime], { nullable: true, description: "The stages it has been in." })
  stageTimes?: StageTime[];

  @Field(() => ApplicationActiveStatus, { nullable: true, description: "Whether it is still going on." })
  activeStatus?: number | null;

  @Field(() => DeliveryType, { nullable: true, description: "Who handed it in (投递方式)." })
  deliveryType?: number | null;

  @Field(() => ID, { nullable: true, description: "The id of the résumé's source." })
  resumeSourceId?: string | null;

  @Field(() => ResumeSource, { nullable: true, description: "The résumé's source." })
  resumeSource?: ResumeSource | null;

  @Field(() => WebsiteResumeSource, { nullable: true, description: "The career site it came through." })
  websiteResumeSource?: WebsiteResumeSource | null;

  @Field(() => ID, { nullable: true, description: "The résumé attached to it." })
  resumeAttachmentId?: string | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: "When it was created." })
  createTime?: number | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: "When it was last changed." })
  modifyTime?: number | null;

  @Field(() => TerminationType, { nullable: true, description: "Why it ended." })
  terminationType?: number | null;

  @Field(() => [ID], { nullable: true, description: "The ids of the reasons for its end." })
  terminationReasonIds?: string[];

  @Field(() => String, { nullable: true, description: "A note on its end." })
  terminationReasonNote?: string | null;

  @Field(() => [City], { nullable: true, description: "Where the candidate would like to work." })
  preferredCities?: City[];

  creatorId?: string | null;
}
