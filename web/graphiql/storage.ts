import type { GraphiQL } from "graphiql";
import type { ComponentProps } from "react";

type Storage = NonNullable<ComponentProps<typeof GraphiQL>["storage"]>;

/** Every GraphiQL on `localhost` shares one storage: ours has names of its own, with a version to raise with the examples. */
const PREFIX = "feishu-hire-1:";

const ownKeys = (): string[] => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));

/** The browser's storage, seen through our prefix. */
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

/** GraphiQL leaves the first tab's variables empty unless its storage already has them. */
export function seedFirstVisit(first: { query: string; variables: string }): void {
  if (storage.getItem("graphiql:tabState") !== null) return;
  storage.setItem("graphiql:query", first.query);
  storage.setItem("graphiql:variables", first.variables);
}
