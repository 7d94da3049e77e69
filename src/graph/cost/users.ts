import { type Price, priceOfUsers } from "../../loaders/index.js";
import type { Selection } from "../selection.js";

/** What a reference to a user tells by itself. */
export const USER_REFERENCE_TELLS: ReadonlySet<string> = new Set(["id", "idType"]);

/** What comes in its own time, and asks for its users then. */
const ARRIVES_BY_ITSELF: ReadonlySet<string> = new Set(["job", "talent", "application", "exams"]);

/**
 * What the users below a selection cost that is made of `count` things, which arrive at `moments` moments. All users of one
 * moment are asked for together; what is read by itself arrives at a moment of its own.
 */
export function priceOfUsersBelow(selection: Selection, moments: number, count: number, basicNames: boolean): Price[] {
  const fields = new Set<string>();
  const things: Selection[] = [];
  collect(selection, fields, things);
  const own = fields.size > 0 ? [priceOfUsers(moments, 1, fields, basicNames)] : [];
  return [...own, ...things.flatMap((thing) => priceOfUsersBelow(thing, count, count, basicNames))];
}

/** What users cost that are asked for together by their ids. */
export function priceOfReferredUsers({ names }: Selection, users: number, basicNames: boolean): Price[] {
  const fields = new Set([...names].filter((name) => !USER_REFERENCE_TELLS.has(name)));
  return fields.size > 0 ? [priceOfUsers(1, users, fields, basicNames)] : [];
}

/** Gathers the fields that are asked for of users, and the things among which to look further. */
function collect(selection: Selection, fields: Set<string>, things: Selection[]): void {
  for (const name of selection.names) {
    const below = selection.under(name);
    if (below.typeName === "User") {
      for (const field of below.names) if (!USER_REFERENCE_TELLS.has(field)) fields.add(field);
    } else if (ARRIVES_BY_ITSELF.has(name)) {
      things.push(below);
    } else {
      collect(below, fields, things);
    }
  }
}
