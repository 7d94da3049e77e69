import { GraphQLDateTime } from "graphql-scalars";
import { Directive, Field, ID, Int, ObjectType, registerEnumType } from "type-graphql";
import { I18nText, NamedRef, YearMonth } from "../values.js";

export enum Gender {
  MALE = 1,
  FEMALE = 2,
  OTHER = 3,
}
export enum MaritalStatus {
  MARRIED = 1,
  SINGLE = 2,
}
export enum Confidentiality {
  HIDDEN = 1,
  PUBLIC = 2,
}
export enum Degree {
  PRIMARY_SCHOOL = 1,
  JUNIOR_MIDDLE_SCHOOL = 2,
  VOCATIONAL_SCHOOL = 3,
  HIGH_SCHOOL = 4,
  COLLEGE = 5,
  BACHELOR = 6,
  MASTER = 7,
  DOCTOR = 8,
  OTHER = 9,
}
export enum EducationType {
  OVERSEAS = 1,
  FULL_TIME = 2,
  PART_TIME = 3,
  SELF_STUDY = 4,
  OTHER = 5,
}
export enum AcademicRanking {
  TOP_5_PERCENT = 5,
  TOP_10_PERCENT = 10,
  TOP_20_PERCENT = 20,
  TOP_30_PERCENT = 30,
  TOP_50_PERCENT = 50,
  OTHER = -1,
}
export enum TalentTagType {
  MANUAL = 1,
  AUTOMATIC = 2,
}

registerEnumType(Gender, { name: "Gender", description: "A person's gender." });
registerEnumType(MaritalStatus, { name: "MaritalStatus", description: "Whether a person is married." });
registerEnumType(Confidentiality, { name: "Confidentiality", description: "Whether a talent is hidden (保密)." });
registerEnumType(Degree, { name: "Degree", description: "A degree (学历)." });
registerEnumType(EducationType, { name: "EducationType", description: "How one studied." });
registerEnumType(AcademicRanking, { name: "AcademicRanking", description: "The rank within one's class (成绩排名)." });
registerEnumType(TalentTagType, { name: "TalentTagType", description: "Who sets a tag." });

@Directive("@shareable")
@ObjectType({ description: "A time of education (教育经历)." })
export class Education {
  @Field(() => String, { nullable: true, description: "The school." })
  schoolName!: string | null;

  @Field(() => String, { nullable: true, description: "What was studied." })
  major!: string | null;

  @Field(() => Degree, { nullable: true, description: "The degree." })
  degree!: number | null;

  @Field(() => EducationType, { nullable: true, description: "How it was studied." })
  educationType!: number | null;

  @Field(() => AcademicRanking, { nullable: true, description: "The rank within the class." })
  academicRanking!: number | null;

  @Field(() => YearMonth, { nullable: true, description: "The first month." })
  startTime!: string | null;

  @Field(() => YearMonth, { nullable: true, description: "The last month; `null` while it goes on." })
  endTime!: string | null;

  @Field(() => Boolean, { description: "Whether it goes on (至今)." })
  ongoing!: boolean;
}

@Directive("@shareable")
@ObjectType({ description: "A time of work (工作经历) or an internship (实习经历)." })
export class Career {
  @Field(() => String, { nullable: true, description: "The company." })
  companyName!: string | null;

  @Field(() => String, { nullable: true, description: "The position." })
  title!: string | null;

  @Field(() => String, { nullable: true, description: "What was done." })
  description!: string | null;

  @Field(() => YearMonth, { nullable: true, description: "The first month." })
  startTime!: string | null;

  @Field(() => YearMonth, { nullable: true, description: "The last month; `null` while it goes on." })
  endTime!: string | null;

  @Field(() => Boolean, { description: "Whether it goes on (至今)." })
  ongoing!: boolean;
}

@Directive("@shareable")
@ObjectType({ description: "A résumé's file (简历附件)." })
export class ResumeAttachment {
  @Field(() => ID, { nullable: true, description: "The attachment's id." })
  id!: string | null;

  @Field(() => String, { nullable: true, description: "The file's name." })
  name!: string | null;

  @Field(() => String, { nullable: true, description: "The file's media type." })
  mime!: string | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: "When it was uploaded." })
  createTime!: number | null;
}

@Directive("@shareable")
@ObjectType({ description: "A talent's tag (人才标签)." })
export class TalentTag extends NamedRef {
  @Field(() => I18nText, { nullable: true, description: "What it means." })
  description!: I18nText | null;

  @Field(() => TalentTagType, { nullable: true, description: "Who sets it." })
  type!: number | null;
}

@Directive('@key(fields: "id")')
@ObjectType({ description: "A talent (人才): a candidate. Needs Feishu's `hire:talent:readonly`." })
export class Talent {
  @Field(() => ID, { description: "Feishu's talent id." })
  id!: string;

  @Field(() => String, { nullable: true, description: "The name." })
  name?: string | null;

  @Field(() => String, { nullable: true, description: "The phone number, without the country's code. Personal data." })
  mobileNumber?: string | null;

  @Field(() => String, { nullable: true, description: "The country's dialling code, such as `86`. Personal data." })
  mobileCode?: string | null;

  @Field(() => String, { nullable: true, description: "The e-mail address. Personal data." })
  email?: string | null;

  @Field(() => Int, { nullable: true, description: "Years of work." })
  experienceYears?: number | null;

  @Field(() => Int, { nullable: true, description: "Age in years." })
  age?: number | null;

  @Field(() => Gender, { nullable: true, description: "The gender." })
  gender?: number | null;

  @Field(() => MaritalStatus, { nullable: true, description: "Whether married." })
  maritalStatus?: number | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: "The birthday. Personal data." })
  birthday?: number | null;

  @Field(() => String, { nullable: true, description: "Feishu's code of the nationality." })
  nationalityCode?: string | null;

  @Field(() => String, { nullable: true, description: "Feishu's code of where the talent lives." })
  currentLocationCode?: string | null;

  @Field(() => String, { nullable: true, description: "Feishu's code of where the talent comes from." })
  hometownLocationCode?: string | null;

  @Field(() => String, { nullable: true, description: "Feishu's code of the registered residence (户口)." })
  hukouLocationCode?: string | null;

  @Field(() => [String], { nullable: true, description: "Feishu's codes of where the talent would like to work." })
  preferredLocationCodes?: string[];

  @Field(() => String, { nullable: true, description: "The home address. Personal data." })
  homeAddress?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: "Feishu's code of the kind of identity document; its two pages on the codes disagree. Personal data.",
  })
  identificationType?: number | null;

  @Field(() => String, { nullable: true, description: "The identity document's number. Personal data." })
  identificationNumber?: string | null;

  @Field(() => Confidentiality, { nullable: true, description: "Whether the talent is hidden (保密)." })
  confidential?: number | null;

  @Field(() => Degree, { nullable: true, description: "The highest degree." })
  topDegree?: number | null;

  @Field(() => [Education], { nullable: true, description: "Where the talent studied." })
  educations?: Education[];

  @Field(() => [Career], { nullable: true, description: "Where the talent worked." })
  careers?: Career[];

  @Field(() => [Career], { nullable: true, description: "Where the talent was an intern." })
  internships?: Career[];

  @Field(() => [NamedRef], { nullable: true, description: "Where the résumé came from." })
  resumeSources?: NamedRef[];

  @Field(() => [ResumeAttachment], { nullable: true, description: "Résumés, the newest first. Personal data." })
  resumeAttachments?: ResumeAttachment[];

  @Field(() => [TalentTag], { nullable: true, description: "Tags. Empty without Feishu's `hire:talent_tag:readonly`." })
  tags?: TalentTag[];

  @Field(() => Boolean, { nullable: true, description: "Whether the talent works here by now." })
  isOnboarded?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: "Whether an agency still has a claim (猎头保护期)." })
  isInAgencyPeriod?: boolean | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: "When the talent was recorded." })
  createTime?: number | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: "When the record was last changed." })
  updateTime?: number | null;
}
