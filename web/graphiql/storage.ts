import type { GraphiQL } from "graphiql";
import type { ComponentProps } from "react";

type Storage = NonNullable<ComponentProps<typeof GraphiQL>["storage"]>;

/** Prefix of our keys: every GraphiQL on `localhost` shares one storage. Raise its version with the examples. */
const PREFIX = "feishu-hire-1:";

const ownKeys = (): string[] => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));

/** Browser storage limited to our prefix. */
export const storage: Storage = {
  getItem: (key) => localStorage.getItem(PREFIX + key),
  setItem: (key, value) => localStorage.setItem(PREFIX + key, value),
  removeItem: (key) => localStorage.removeItem(PREFIX + key),
  clear: () => {
    for (const key of ownKeys()) localStorage.removeItem(key);
  },
  get length() {
    return ownKeys().length;
  },
};

/** Stores the first tab's query and variables: GraphiQL leaves the variables empty unless they are already stored. */
export function seedFirstVisit(first: { query: string; variables: string }): void {
  if (storage.getItem("graphiql:tabState") !== null) return;
  storage.setItem("graphiql:query", first.query);
  storage.setItem("graphiql:variables", first.variables);
}
