import type { Selection } from "../selection.js";
import { type Price, priceOfUsers } from "./endpoint-prices.js";

/** Fields that a reference to a user provides by itself. */
export const USER_REFERENCE_PROVIDES: ReadonlySet<string> = new Set(["id", "idType"]);

/** Fields whose values arrive separately; their users are requested then. */
const ARRIVES_BY_ITSELF: ReadonlySet<string> = new Set(["job", "talent", "application", "exams"]);

/**
 * Returns the price of the users below a selection of `count` objects that arrive at `moments` moments. Users of one
 * moment are requested together. An object that is read separately arrives at a moment of its own.
 */
export function priceOfUsersBelow(selection: Selection, moments: number, count: number, basicNames: boolean): Price[] {
  const { calls, things } = usersOf(selection, moments, basicNames);
  return [...calls, ...things.flatMap((thing) => priceOfUsersBelowEach(thing, count, basicNames))];
}

function priceOfUsersBelowEach(selection: Selection, count: number, basicNames: boolean): Price[] {
  const { calls, things } = usersOf(selection, count, basicNames);
  return [...calls, ...things.flatMap((thing) => priceOfUsersBelowEach(thing, count, basicNames))];
}

/** Returns the calls for users at `moments` moments, and the selections below that have moments of their own. */
function usersOf(selection: Selection, moments: number, basicNames: boolean): { calls: Price[]; things: Selection[] } {
  const fieldSets: ReadonlySet<string>[] = [];
  const things: Selection[] = [];
  collect(selection, fieldSets, things);
  const prices = fieldSets.map((fields) => priceOfUsers(moments, 1, fields, basicNames));
  // Users with only name fields may come from another endpoint: each endpoint costs one call per moment.
  return { calls: [...new Map(prices.map((price) => [price.endpoint, price])).values()], things };
}

/** Returns the price of users that are requested together by id. */
export function priceOfReferredUsers({ names }: Selection, users: number, basicNames: boolean): Price[] {
  const fields = new Set([...names].filter((name) => !USER_REFERENCE_PROVIDES.has(name)));
  return fields.size > 0 ? [priceOfUsers(1, users, fields, basicNames)] : [];
}

/** Collects the user fields selected in each place, and the selections that need a search of their own. */
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
