/** Scope that grants the PII of a talent. */
export const PII_SCOPE = "hire:talent:pii";

/** PII of a talent: contacts, identity, birthday, address, documents. */
export const TALENT_PII = [
  "mobileNumber",
  "mobileCode",
  "email",
  "birthday",
  "birthDate",
  "homeAddress",
  "identificationType",
  "identificationNumber",
  "snsAccounts",
  "works",
  "resumeAttachmentIds",
  "resumeAttachments",
  "registrations",
  "interviewRegistrations",
] as const;

/** PII of an application: the résumé. */
export const APPLICATION_PII = ["resumeAttachmentId"] as const;

/** PII in parts of an application: salaries, as an offer (录用) and an agency (猎头) state them. */
export const APPLICATION_PARTS_PII = { offer: ["salary"], agency: ["salaries"] } as const;

/** PII in parts of an application, as paths. */
export const APPLICATION_PARTS_PII_PATHS: readonly string[] = Object.entries(APPLICATION_PARTS_PII).flatMap(
  ([part, fields]) => fields.map((field) => `${part}.${field}`),
);

/** PII of a colleague: it needs the scope for users, names do not. */
export const USER_PII = ["email", "mobile", "enterpriseEmail"] as const;
