import type { Selection } from "../selection.js";
import { type Price, priceOfUsers } from "./endpoint-prices.js";

/** What a reference to a user tells by itself. */
export const USER_REFERENCE_PROVIDES: ReadonlySet<string> = new Set(["id", "idType"]);

/** What comes in its own time, and asks for its users then. */
const ARRIVES_BY_ITSELF: ReadonlySet<string> = new Set(["job", "talent", "application", "exams"]);

/**
 * What the users below a selection cost that is made of `count` things, which arrive at `moments` moments. All users of one
 * moment are asked for together; what is read by itself arrives at a moment of its own.
 */
export function priceOfUsersBelow(selection: Selection, moments: number, count: number, basicNames: boolean): Price[] {
  const { calls, things } = usersOf(selection, moments, basicNames);
  return [...calls, ...things.flatMap((thing) => priceOfUsersBelowEach(thing, count, basicNames))];
}

function priceOfUsersBelowEach(selection: Selection, count: number, basicNames: boolean): Price[] {
  const { calls, things } = usersOf(selection, count, basicNames);
  return [...calls, ...things.flatMap((thing) => priceOfUsersBelowEach(thing, count, basicNames))];
}

/** The calls for users of so many moments, and the things below that have moments of their own. */
function usersOf(selection: Selection, moments: number, basicNames: boolean): { calls: Price[]; things: Selection[] } {
  const fieldSets: ReadonlySet<string>[] = [];
  const things: Selection[] = [];
  collect(selection, fieldSets, things);
  const prices = fieldSets.map((fields) => priceOfUsers(moments, 1, fields, basicNames));
  // Users of whom only names are wished for may be asked for elsewhere: at each endpoint there is one call a moment.
  return { calls: [...new Map(prices.map((price) => [price.endpoint, price])).values()], things };
}

/** What users cost that are asked for together by their ids. */
export function priceOfReferredUsers({ names }: Selection, users: number, basicNames: boolean): Price[] {
  const fields = new Set([...names].filter((name) => !USER_REFERENCE_PROVIDES.has(name)));
  return fields.size > 0 ? [priceOfUsers(1, users, fields, basicNames)] : [];
}

/** Gathers what is asked for of users in each place, and the things among which to look further. */
function collect(selection: Selection, fieldSets: ReadonlySet<string>[], things: Selection[]): void {
  for (const name of selection.names) {
    const below = selection.under(name);
    if (below.typeName === "User") {
      const fields = new Set([...below.names].filter((field) => !USER_REFERENCE_PROVIDES.has(field)));
      if (fields.size > 0) fieldSets.push(fields);
    } else if (ARRIVES_BY_ITSELF.has(name)) {
      things.push(below);
    } else {
      collect(below, fieldSets, things);
    }
  }
}
