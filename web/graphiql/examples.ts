import tasksWithDetails from "../../examples/queries/01-tasks-with-details.graphql?raw";
import nextPage from "../../examples/queries/02-next-page.graphql?raw";
import markedByUserId from "../../examples/queries/03-marked-by-user-id.graphql?raw";
import oneOfEach from "../../examples/queries/04-one-of-each.graphql?raw";
import variables from "../../examples/queries/variables.json";
import changedTasks from "../../examples/subscriptions/changed-tasks.graphql?raw";

/** A GraphiQL tab; its variables are JSON text. */
export interface ExampleTab {
  readonly query: string;
  readonly variables: string;
}

const tab = (query: string, values: object): ExampleTab => ({ query, variables: JSON.stringify(values, null, 2) });

/** Tabs of a first visit; a new user sees the first one. */
export const EXAMPLE_TABS: readonly [ExampleTab, ...ExampleTab[]] = [
  tab(tasksWithDetails, variables["01-tasks-with-details"]),
  tab(nextPage, variables["02-next-page"]),
  tab(markedByUserId, variables["03-marked-by-user-id"]),
  tab(oneOfEach, variables["04-one-of-each"]),
  tab(changedTasks, { userId: variables["01-tasks-with-details"].userId, status: "PENDING" }),
];
