import type { Selection } from "../selection.js";

/** What has to be read of an application for the fields asked for: its job and its talent are found by their ids. */
export const applicationFields = ({ names }: Selection): ReadonlySet<string> =>
  new Set([...names].map((name) => (name === "job" ? "jobId" : name === "talent" ? "talentId" : name)));
