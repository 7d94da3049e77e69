import type { RowWishes } from "../../loaders/index.js";
import { applicationFields } from "../application/fields.js";
import { ROW_TELLS } from "../referenced.js";
import type { Selection } from "../selection.js";

/** What of the entities is asked for, of those of which more is asked for than the row tells. */
export function wishesOf(node: Selection): RowWishes {
  const application = node.under("application");
  return {
    job: beyond(ROW_TELLS.job, node.under("job"), application.under("job")),
    talent: beyond(ROW_TELLS.talent, node.under("talent"), application.under("talent")),
    application: application.asksBeyond(ROW_TELLS.application) ? applicationFields(application) : new Set(),
  };
}

/** The fields asked for, if any of them is more than what is told anyway. */
export function beyond(tells: ReadonlySet<string>, ...selections: readonly Selection[]): ReadonlySet<string> {
  if (!selections.some((selection) => selection.asksBeyond(tells))) return new Set();
  const asked = selections.filter(({ names }) => names.size > 0);
  // The very set that the resolver will ask with.
  return asked[0] && asked.length === 1 ? asked[0].names : new Set(asked.flatMap(({ names }) => [...names]));
}
