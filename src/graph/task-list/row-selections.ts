import type { RowSelections } from "../../loaders/index.js";
import { applicationFields } from "../application/fields.js";
import { FIELDS_ON_ROW } from "../load-reference.js";
import type { Selection } from "../selection.js";

/** Returns the selected fields of each entity; empty where the row provides them all. */
export function rowSelectionsOf(node: Selection): RowSelections {
  const application = node.under("application");
  return {
    job: beyond(FIELDS_ON_ROW.job, node.under("job"), application.under("job")),
    talent: beyond(FIELDS_ON_ROW.talent, node.under("talent"), application.under("talent")),
    application: application.selectsBeyond(FIELDS_ON_ROW.application) ? applicationFields(application) : new Set(),
  };
}

/** Returns the selected fields if any of them is outside `provides`; otherwise an empty set. */
export function beyond(provides: ReadonlySet<string>, ...selections: readonly Selection[]): ReadonlySet<string> {
  if (!selections.some((selection) => selection.selectsBeyond(provides))) return new Set();
  const selected = selections.filter(({ names }) => names.size > 0);
  // The same set object that the resolver will pass to the loader.
  return selected[0] && selected.length === 1
    ? selected[0].names
    : new Set(selected.flatMap(({ names }) => [...names]));
}
