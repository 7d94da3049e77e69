import { GraphQLDateTime } from "graphql-scalars";
import { Directive, Field, ID, Int, ObjectType, registerEnumType } from "type-graphql";
import { City, NamedRef } from "../values.js";

export enum JobActiveStatus {
  OPEN = 1,
  CLOSED = 2,
}
export enum RefActiveStatus {
  ENABLED = 1,
  DISABLED = 2,
}
export enum JobProcessType {
  SOCIAL = 1,
  CAMPUS = 2,
}
export enum JobAttribute {
  REAL = 1,
  VIRTUAL = 2,
}
export enum JobExperience {
  ANY = 1,
  FRESH_GRADUATE = 2,
  UNDER_1_YEAR = 3,
  FROM_1_TO_3_YEARS = 4,
  FROM_3_TO_5_YEARS = 5,
  FROM_5_TO_7_YEARS = 6,
  FROM_7_TO_10_YEARS = 7,
  OVER_10_YEARS = 8,
}
export enum RequiredDegree {
  PRIMARY_SCHOOL = 1,
  JUNIOR_MIDDLE_SCHOOL = 2,
  VOCATIONAL_SCHOOL = 3,
  HIGH_SCHOOL = 4,
  COLLEGE = 5,
  BACHELOR = 6,
  MASTER = 7,
  DOCTOR = 8,
  ANY = 20,
}

registerEnumType(JobActiveStatus, { name: "JobActiveStatus", description: "Whether a job is open." });
registerEnumType(RefActiveStatus, { name: "RefActiveStatus", description: "Whether a setting is in use." });
registerEnumType(JobProcessType, {
  name: "JobProcessType",
  description: "Experienced hires (社招) or campus hires (校招).",
});
registerEnumType(JobAttribute, {
  name: "JobAttribute",
  description: "A real job (实体职位) or a virtual one (虚拟职位).",
});
registerEnumType(JobExperience, { name: "JobExperience", description: "The experience a job asks for." });
registerEnumType(RequiredDegree, { name: "RequiredDegree", description: "The lowest degree a job asks for." });

@Directive("@shareable")
@ObjectType({ description: "A setting of Feishu Hire's that can be disabled, such as a job level." })
export class ActiveRef extends NamedRef {
  @Field(() => RefActiveStatus, { nullable: true, description: "Whether it is in use." })
  activeStatus!: number | null;
}

@Directive('@key(fields: "id")')
@ObjectType({ description: "A job (职位). Needs Feishu's `hire:job:readonly`." })
export class Job {
  @Field(() => ID, { description: "Feishu's job id." })
  id!: string;

  @Field(() => String, { nullable: true, description: "The title." })
  title?: string | null;

  @Field(() => String, { nullable: true, description: "The job number (职位编号), such as `R18`." })
  code?: string | null;

  @Field(() => String, { nullable: true, description: "What the work is (职位描述)." })
  description?: string | null;

  @Field(() => String, { nullable: true, description: "What is asked for (职位要求)." })
  requirement?: string | null;

  @Field(() => JobActiveStatus, { nullable: true, description: "Whether the job is open." })
  activeStatus?: number | null;

  @Field(() => ActiveRef, { nullable: true, description: "How one is employed (雇佣类型), such as full-time." })
  recruitmentType?: ActiveRef | null;

  @Field(() => NamedRef, { nullable: true, description: "The department that hires." })
  department?: NamedRef | null;

  @Field(() => ActiveRef, { nullable: true, description: "The lowest job level (职级)." })
  minJobLevel?: ActiveRef | null;

  @Field(() => ActiveRef, { nullable: true, description: "The highest job level (职级)." })
  maxJobLevel?: ActiveRef | null;

  @Field(() => [NamedRef], { nullable: true, description: "What speaks for the job (职位亮点)." })
  highlights?: NamedRef[];

  @Field(() => ActiveRef, { nullable: true, description: "The job family (职位序列)." })
  jobCategory?: ActiveRef | null;

  @Field(() => NamedRef, { nullable: true, description: "The job class (职位类别)." })
  jobType?: NamedRef | null;

  @Field(() => NamedRef, { nullable: true, description: "The function (职能分类)." })
  jobFunction?: NamedRef | null;

  @Field(() => NamedRef, { nullable: true, description: "The recruiting project (职位项目)." })
  subject?: NamedRef | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: "When the job was created." })
  createTime?: number | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: "When the job was last changed." })
  updateTime?: number | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: "When the job closes by itself." })
  expiryTime?: number | null;

  @Field(() => JobProcessType, { nullable: true, description: "For whom the recruiting process is." })
  processType?: number | null;

  @Field(() => NamedRef, { nullable: true, description: "The recruiting process (招聘流程)." })
  process?: NamedRef | null;

  @Field(() => Int, { nullable: true, description: "How many people are wanted." })
  headCount?: number | null;

  @Field(() => JobExperience, { nullable: true, description: "The experience asked for." })
  experience?: number | null;

  @Field(() => RequiredDegree, { nullable: true, description: "The lowest degree asked for." })
  requiredDegree?: number | null;

  @Field(() => Int, { nullable: true, description: "The lowest monthly salary, in thousands." })
  minSalary?: number | null;

  @Field(() => Int, { nullable: true, description: "The highest monthly salary, in thousands." })
  maxSalary?: number | null;

  @Field(() => [City], { nullable: true, description: "Where the work is." })
  cities?: City[];

  @Field(() => JobAttribute, { nullable: true, description: "Real or virtual." })
  jobAttribute?: number | null;

  @Field(() => [NamedRef], { nullable: true, description: "The majors wanted; id `0` is any." })
  targetMajors?: NamedRef[];

  creatorId?: string | null;
}
