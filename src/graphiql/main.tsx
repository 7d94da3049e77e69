import "graphiql/setup-workers/vite";
import "graphiql/style.css";
import "@graphiql/plugin-explorer/style.css";
import "./page.css";
import { explorerPlugin } from "@graphiql/plugin-explorer";
import { GraphiQL, HISTORY_PLUGIN } from "graphiql";
import type { ComponentProps } from "react";
import { createRoot } from "react-dom/client";
import { EXAMPLE_TABS } from "./examples.js";
import { seedFirstVisit, storage } from "./storage.js";
import { UPSTREAM_PLUGIN } from "./upstream-panel.js";
import { noteAnswer } from "./upstream-store.js";

const fetcher: ComponentProps<typeof GraphiQL>["fetcher"] = async (params, options) => {
  const response = await fetch("/graphql", {
    method: "POST",
    headers: {
      ...options?.headers,
      accept: "application/json",
      "content-type": "application/json",
      "x-explain": "calls",
    },
    body: JSON.stringify(params),
  });
  const answer = await response.json();
  if (params.operationName !== "IntrospectionQuery") noteAnswer(answer.extensions);
  return answer;
};

const root = document.getElementById("graphiql");
if (root === null) throw new Error("the page has no #graphiql element");
seedFirstVisit(EXAMPLE_TABS[0]);
createRoot(root).render(
  <GraphiQL
    fetcher={fetcher}
    storage={storage}
    defaultTabs={[...EXAMPLE_TABS]}
    defaultEditorToolsVisibility="variables"
    plugins={[HISTORY_PLUGIN, explorerPlugin(), UPSTREAM_PLUGIN]}
    visiblePlugin="Documentation Explorer"
  />,
);
