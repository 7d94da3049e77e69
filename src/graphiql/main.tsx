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

const fetcher: ComponentProps<typeof GraphiQL>["fetcher"] = async (params, options) => {
  const response = await fetch("/graphql", {
    method: "POST",
    headers: { ...options?.headers, accept: "application/json", "content-type": "application/json" },
    body: JSON.stringify(params),
  });
  return response.json();
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
    plugins={[HISTORY_PLUGIN, explorerPlugin()]}
    visiblePlugin="Documentation Explorer"
  />,
);
