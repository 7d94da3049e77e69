import { i18nRef, int, list, maybe, milliseconds, personal, shape, text, userRef } from "../decode/decode.js";
import { locatedAddress } from "./interview.js";

const customValue = shape({ objectId: text, value: ["customize_value", text] });

const basic = shape({
  id: text,
  status: ["offer_status", int],
  leader: maybe(userRef),
  owner: maybe(userRef),
  employeeType: maybe(i18nRef),
  department: maybe(i18nRef),
  sequence: maybe(i18nRef),
  level: maybe(i18nRef),
  companyMainBody: maybe(i18nRef),
  jobRequirementId: text,
  probationMonths: ["probation_month", int],
  contractPeriod: maybe(shape({ periodType: int, period: int })),
  onboardDate: text,
  onboardAddress: maybe(locatedAddress),
  workAddress: maybe(locatedAddress),
  remark: text,
  attachments: ["attachment_list", list(shape({ id: text, name: text, size: int, commonAttachmentId: text }))],
  customValues: ["customize_info_list", list(customValue)],
  createTime: milliseconds,
});

const salary = shape({
  id: text,
  status: ["salary_status", int],
  probationSalaryPercentage: text,
  awardSalaryMultiple: text,
  optionShares: text,
  quarterlyBonus: text,
  halfYearBonus: text,
  totalAnnualCash: text,
  customValues: ["customize_info_list", list(customValue)],
  createTime: milliseconds,
});

/** An offer with its salary, which needs a separate permission. */
export const offer = shape({ basic: ["offer_basic", maybe(basic)], salary: ["offer_salary", personal(maybe(salary))] });
