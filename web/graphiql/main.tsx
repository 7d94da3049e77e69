import "graphiql/setup-workers/vite";
import "graphiql/style.css";
import "@graphiql/plugin-explorer/style.css";
import "./page.css";
import { explorerPlugin } from "@graphiql/plugin-explorer";
import { GraphiQL, HISTORY_PLUGIN } from "graphiql";
import { getOperationAST } from "graphql";
import { createClient } from "graphql-sse";
import type { ComponentProps } from "react";
import { createRoot } from "react-dom/client";
import { EXAMPLE_TABS } from "./examples.js";
import { seedFirstVisit, storage } from "./storage.js";
import { UPSTREAM_PLUGIN } from "./upstream-panel.js";
import { noteAnswer } from "./upstream-store.js";

type Fetcher = ComponentProps<typeof GraphiQL>["fetcher"];
type Params = Parameters<Fetcher>[0];
type Options = Parameters<Fetcher>[1];

/** The service, beside this script's folder: the page may stand behind a path prefix. */
const ENDPOINT = String(new URL(["..", "..", "graphql"].join("/"), import.meta.url));

/** Returns whether the operation is a subscription, whose messages are shown as they arrive. */
const isSubscription = ({ operationName }: Params, options: Options): boolean => {
  const document = options?.documentAST;
  return !!document && getOperationAST(document, operationName)?.operation === "subscription";
};

const subscribe = (params: Params, options: Options) =>
  createClient({ url: ENDPOINT, headers: options?.headers ?? {}, retryAttempts: 0 }).iterate(params as never);

const fetcher: Fetcher = async (params, options) => {
  if (isSubscription(params, options)) return subscribe(params, options) as never;
  const response = await fetch(ENDPOINT, {
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
if (root === null) throw new Error("#graphiql element not found");
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
