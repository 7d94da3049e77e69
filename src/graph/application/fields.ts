import { APPLICATION_PARTS_PII } from "../../authz/pii.js";
import type { Selection } from "../selection.js";

/** Id fields of an application that lead to its related entities. */
const FOUND_BY: Readonly<Record<string, string>> = { job: "jobId", talent: "talentId" };

const PERSONAL_PARTS: Readonly<Record<string, readonly string[]>> = APPLICATION_PARTS_PII;

/**
 * Returns the fields to read of an application for a selection. PII of a part is listed by its path. The part itself is
 * listed only if more of it is selected. Otherwise, denying its PII leaves nothing to read.
 */
export function applicationFields(application: Selection): ReadonlySet<string> {
  const fields =
    known.get(application) ??
    new Set([...application.names].flatMap((name) => FOUND_BY[name] ?? pathsOf(name, application)));
  known.set(application, fields);
  return fields;
}

/** Cached results by selection: many rows share one selection. */
const known = new WeakMap<Selection, ReadonlySet<string>>();

function pathsOf(name: string, application: Selection): readonly string[] {
  const personal = PERSONAL_PARTS[name];
  if (!personal) return [name];
  const { names } = application.under(name);
  const selectedPii = personal.filter((field) => names.has(field));
  return [
    ...(names.size > selectedPii.length || names.size === 0 ? [name] : []),
    ...selectedPii.map((field) => `${name}.${field}`),
  ];
}
