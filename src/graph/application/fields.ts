import { APPLICATION_PARTS_PII } from "../../authz/policy.js";
import type { Selection } from "../selection.js";

/** What of an application is found by ids that it tells. */
const FOUND_BY: Readonly<Record<string, string>> = { job: "jobId", talent: "talentId" };

const PERSONAL_PARTS: Readonly<Record<string, readonly string[]>> = APPLICATION_PARTS_PII;

/**
 * What has to be read of an application for the fields asked for. What is personal in a part of it stands there by its path,
 * and the part itself only where more of it is asked for: a refusal then asks for nothing.
 */
export function applicationFields(application: Selection): ReadonlySet<string> {
  const fields =
    known.get(application) ??
    new Set([...application.names].flatMap((name) => FOUND_BY[name] ?? pathsOf(name, application)));
  known.set(application, fields);
  return fields;
}

/** Of a selection that many rows share. */
const known = new WeakMap<Selection, ReadonlySet<string>>();

function pathsOf(name: string, application: Selection): readonly string[] {
  const personal = PERSONAL_PARTS[name];
  if (!personal) return [name];
  const { names } = application.under(name);
  const asked = personal.filter((field) => names.has(field));
  return [
    ...(names.size > asked.length || names.size === 0 ? [name] : []),
    ...asked.map((field) => `${name}.${field}`),
  ];
}
