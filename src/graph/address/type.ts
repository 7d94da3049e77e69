import { Int } from "type-graphql";
import type { ApplicationEntity, JobEntity } from "../../loaders/index.js";
import { ID } from "../schema/id.js";
import { objectType } from "../schema/object-type.js";
import { I18nText, Place } from "../schema/values.js";

type JobAddress = NonNullable<JobEntity["addresses"]>[number];
type InterviewAddress = NonNullable<NonNullable<ApplicationEntity["interviews"]>[number]["address"]>;

export const Address = objectType<JobAddress>("Address", "An address (地址), from the district up.", {
  id: [ID, "Feishu's id."],
  name: [I18nText, "Its name."],
  district: [Place, "The district."],
  city: [Place, "The city."],
  state: [Place, "The province or state."],
  country: [Place, "The country."],
});

const Location = objectType<NonNullable<InterviewAddress["city"]>>("Location", "A place with its level.", {
  code: [String, "Feishu's code."],
  name: [I18nText, "Its name."],
  locationType: [Int, "Feishu's code of its level, 1 to 5."],
});

export const LocatedAddress = objectType<InterviewAddress>(
  "LocatedAddress",
  "An address of places with their levels.",
  {
    id: [ID, "Feishu's id."],
    name: [I18nText, "Its name."],
    district: [Location, "The district."],
    city: [Location, "The city."],
    state: [Location, "The province or state."],
    country: [Location, "The country."],
  },
);
