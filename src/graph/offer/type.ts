import { GraphQLDateTime } from "graphql-scalars";
import { Int } from "type-graphql";
import { APPLICATION_PARTS_PII } from "../../authz/pii.js";
import type { Revealed } from "../../core/secret.js";
import type { ApplicationEntity } from "../../loaders/index.js";
import { LocatedAddress } from "../address/type.js";
import { PERSONAL_OF_CANDIDATES } from "../federation/directives.js";
import { ID } from "../schema/id.js";
import { directOnFields, enumType, objectType } from "../schema/object-type.js";
import { NamedRef } from "../schema/values.js";
import { User } from "../user/type.js";

type OfferData = NonNullable<ApplicationEntity["offer"]>;
type BasicData = NonNullable<OfferData["basic"]>;

const OfferStatus = enumType("OfferStatus", "The status of an offer.", {
  APPROVING: 2,
  WITHDRAWN: 3,
  APPROVED: 4,
  REJECTED: 5,
  SENT: 6,
  ACCEPTED: 7,
  DECLINED: 8,
  VOID: 9,
  CREATED: 10,
});

const OfferCustomValue = objectType<BasicData["customValues"][number]>(
  "OfferCustomValue",
  "The value of a custom field.",
  { objectId: [ID, "The field's id."], value: [String, "Its value."] },
);

const ContractPeriod = objectType<NonNullable<BasicData["contractPeriod"]>>(
  "ContractPeriod",
  "How long a contract runs.",
  { periodType: [Int, "Feishu's code of the unit: 1 or 2."], period: [Int, "The number of units."] },
);

const OfferAttachment = objectType<BasicData["attachments"][number]>(
  "OfferAttachment",
  "A file attached to an offer.",
  {
    id: [ID, "The file's id."],
    name: [String, "Its name."],
    size: [Int, "Its size in bytes."],
    commonAttachmentId: [ID, "Its id among all attachments."],
  },
);

const OfferBasic = objectType<BasicData>("OfferBasic", "The terms of the offer, except the salary.", {
  id: [ID, "Feishu's offer id."],
  status: [OfferStatus, "The status."],
  leader: [User, "The candidate's future leader."],
  owner: [User, "The person responsible for it."],
  employeeType: [NamedRef, "The kind of employment."],
  department: [NamedRef, "The department."],
  sequence: [NamedRef, "The job family."],
  level: [NamedRef, "The job level."],
  companyMainBody: [NamedRef, "The employing company."],
  jobRequirementId: [ID, "The hiring requirement it meets."],
  probationMonths: [Int, "The number of months of probation."],
  contractPeriod: [ContractPeriod, "How long the contract runs."],
  onboardDate: [String, "The first day, as Feishu writes it."],
  onboardAddress: [LocatedAddress, "Where the first day is."],
  workAddress: [LocatedAddress, "Where the work is."],
  remark: [String, "A note."],
  attachments: [[OfferAttachment], "Files."],
  customValues: [[OfferCustomValue], "The company's custom fields."],
  createTime: [GraphQLDateTime, "When it was created."],
});

const OfferSalary = objectType<Revealed<NonNullable<OfferData["salary"]>>>(
  "OfferSalary",
  "The salary offered. Needs Feishu's `hire:offer_salary:readonly`. Personal data.",
  {
    id: [ID, "Feishu's id."],
    status: [Int, "Feishu's code of the salary's status."],
    probationSalaryPercentage: [String, "The percentage of the salary paid during probation."],
    awardSalaryMultiple: [String, "The bonus, in monthly salaries."],
    optionShares: [String, "Shares."],
    quarterlyBonus: [String, "The bonus of a quarter."],
    halfYearBonus: [String, "The bonus of half a year."],
    totalAnnualCash: [String, "The total cash paid in a year."],
    customValues: [[OfferCustomValue], "The company's custom fields."],
    createTime: [GraphQLDateTime, "When it was created."],
  },
);

export const Offer = objectType<OfferData>("Offer", "An offer (Offer). Needs Feishu's `hire:offer:readonly`.", {
  basic: [OfferBasic, "The terms of the offer, except the salary."],
  salary: [OfferSalary, "The salary."],
});

directOnFields(Offer, APPLICATION_PARTS_PII.offer, PERSONAL_OF_CANDIDATES);
