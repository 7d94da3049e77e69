import { Int } from "type-graphql";
import type { JobEntity } from "../../loaders/index.js";
import { ID } from "../schema/id.js";
import { objectType } from "../schema/object-type.js";
import { InterviewType, NamedRef } from "../schema/values.js";
import { User } from "../user/type.js";

type Config = NonNullable<JobEntity["config"]>;
type Appointment = NonNullable<Config["interviewAppointment"]>;

const RegistrationForm = objectType<NonNullable<Config["interviewRegistration"]>>(
  "RegistrationForm",
  "A form that candidates fill in (登记表).",
  { id: [ID, "The form's id."], name: [String, "Its name."] },
);

const JobInterviewRound = objectType<Config["interviewRounds"][number]>(
  "JobInterviewRound",
  "A planned round of interviews.",
  { round: [Int, "The round number, from 1."], interviewers: [[User], "The interviewers."] },
);

const JobInterviewRoundType = objectType<Config["interviewRoundTypes"][number]>(
  "JobInterviewRoundType",
  "A kind of round and how it is assessed.",
  {
    assessmentRound: [NamedRef, "The kind of round."],
    assessmentTemplate: [NamedRef, "The form for the assessment."],
  },
);

const AppointmentConfig = objectType<NonNullable<Appointment["config"]>>(
  "AppointmentConfig",
  "The defaults of an appointment that interviewers make.",
  {
    interviewType: [InterviewType, "How it is held."],
    talentTimezoneCode: [String, "Feishu's code of the candidate's time zone."],
    contactUser: [User, "The candidate's contact person."],
    contactMobile: [String, "The contact person's phone number. Personal data.", "personal"],
    contactEmail: [String, "The contact person's e-mail address. Personal data.", "personal"],
    addressId: [ID, "Where it is held."],
    videoType: [Int, "Feishu's code of the video tool."],
    ccUsers: [[User], "The users who receive a copy."],
    remark: [String, "A note."],
    interviewNotificationTemplateId: [ID, "The template of the invitation."],
    appointmentNotificationTemplateId: [ID, "The template of the request for a time."],
    cancelInterviewNotificationTemplateId: [ID, "The template of the cancellation."],
  },
);

const InterviewAppointment = objectType<Appointment>(
  "InterviewAppointment",
  "Settings of appointments that interviewers make themselves (面试官自助约面).",
  {
    enabledForInterviewers: [Boolean, "True if they may make appointments."],
    config: [AppointmentConfig, "The defaults."],
  },
);

export const JobConfig = objectType<Config>("JobConfig", "The recruiting settings of a job (职位设置).", {
  offerApplySchema: [NamedRef, "The form to apply for an offer."],
  internshipOfferApplySchema: [NamedRef, "The form to apply for an intern's offer."],
  offerProcess: [NamedRef, "How offers are approved."],
  assessmentTemplate: [NamedRef, "The form for the interviews."],
  recommendedEvaluators: [[User], "The recommended evaluators."],
  interviewRounds: [[JobInterviewRound], "The planned rounds of interviews."],
  interviewRoundTypes: [[JobInterviewRoundType], "The kinds of rounds."],
  interviewRegistration: [RegistrationForm, "The form before an interview."],
  onboardRegistration: [RegistrationForm, "The form before the first day."],
  relatedJobs: [[NamedRef], "The real jobs of a virtual one."],
  jobAttribute: [Int, "Feishu's code: 1 real, 2 virtual."],
  interviewAppointment: [InterviewAppointment, "Settings of appointments that interviewers make."],
});
