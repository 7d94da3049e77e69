import { once } from "node:events";
import { PassThrough } from "node:stream";
import type { ApolloServerPlugin } from "@apollo/server";
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import type { TracerProvider } from "@opentelemetry/api";
import { print } from "graphql";
import { onTestFinished } from "vitest";
import { buildApp, type Controls } from "../../src/bootstrap/app.js";
import { parseConfig } from "../../src/config/config.js";
import { type Clock, systemClock } from "../../src/core/clock.js";
import { ENDPOINTS } from "../../src/feishu/endpoints.js";
import type { GraphContext } from "../../src/graph/context.js";
import { SANDBOX_SECRET } from "../../src/sandbox/access-tokens.js";
import type { Sandbox } from "../../src/sandbox/sandbox.js";
import { startSandbox } from "../../src/sandbox/server.js";

/** A GraphQL error as a client sees it. */
export interface ClientError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: Readonly<Record<string, unknown>> & { readonly code: string };
}

/** A GraphQL response as a client sees it. */
export interface ClientAnswer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly ClientError[];
}

/** The real service on a real sandbox, both on real sockets. */
export interface Harness {
  readonly url: string;
  readonly sandbox: Sandbox;
  /** Actions that signals trigger in a process. */
  readonly controls: Controls;
  /** Returns everything that the service has logged. */
  readonly log: () => string;
  /** Resolves once the service has logged `text`. */
  logged(text: string): Promise<void>;
  /** Sends one operation and returns its whole response. */
  ask<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables): Promise<ClientAnswer<Data>>;
  /** Sends one operation as text; its response has no generated type. */
  askText(
    query: string,
    variables?: object,
    headers?: Readonly<Record<string, string>>,
  ): Promise<ClientAnswer<LooseData>>;
  /** Sends one operation that must succeed and returns its data. */
  query<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variables: Variables): Promise<Data>;
  /** Returns the calls so far of endpoints whose key ends with `endpoint`; by default of all but the token's. */
  calls(endpoint?: string): number;
  /** Closes the service as SIGTERM does once the service is not ready. */
  close(): Promise<void>;
  /** Resolves once the service has received `count` requests of any kind. */
  requestsReach(count: number): Promise<void>;
  /** Resolves once the sandbox has received `count` calls, without token requests. */
  callsReach(count: number): Promise<void>;
}

/** JSON of an operation without a generated type. */
// biome-ignore lint/suspicious/noExplicitAny: ad hoc operations have no generated types
type LooseData = any;

/** Options of a harness. The default is a service with an empty environment, without quotas and caching. */
export interface HarnessOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  /** Enables the documented quotas in the service and in the sandbox. */
  readonly quotas?: "documented";
  readonly plugins?: readonly ApolloServerPlugin<GraphContext>[];
  readonly sandbox?: Sandbox;
  /** Provider that receives the traces. */
  readonly traces?: TracerProvider;
  /** Treats the sandbox as the embedded one. */
  readonly isSandbox?: boolean;
}

/** Environment without quotas and caching, so that every read makes its calls. */
const PLAIN_ENV = {
  FEISHU_QUOTAS: JSON.stringify(Object.fromEntries(Object.values(ENDPOINTS).map(({ key }) => [key, []]))),
  CACHE_TTL_JOB_S: "0",
  CACHE_TTL_TALENT_S: "0",
  CACHE_TTL_APPLICATION_S: "0",
  CACHE_TTL_USER_S: "0",
  CACHE_TTL_PAGE_S: "0",
  // Clients keep connections alive; a test does not wait for their silence.
  DRAIN_GRACE_MS: "0",
};

/** Starts a service and its sandbox on free ports; both close with the test. */
export async function createHarness(options: HarnessOptions = {}): Promise<Harness> {
  const { FEISHU_QUOTAS, ...plain } = PLAIN_ENV;
  const quotas = options.quotas === "documented" ? {} : { FEISHU_QUOTAS };
  const sandbox = options.sandbox ?? (await startSandbox(options.quotas === "documented" ? {} : { quotas: {} }));
  const config = parseConfig({
    FEISHU_APP_ID: "cli_test",
    FEISHU_APP_SECRET: SANDBOX_SECRET,
    FEISHU_BASE_URL: sandbox.url,
    FEISHU_ACCOUNTS_URL: sandbox.url,
    ...plain,
    ...quotas,
    ...options.env,
  });
  if (!config.credentials) throw new Error("a harness needs credentials");
  const controls = {} as Controls;
  const stream = new PassThrough();
  const lines: string[] = [];
  stream.on("data", (line) => lines.push(String(line)));
  const app = await buildApp(
    { ...config, credentials: config.credentials, isSandbox: options.isSandbox ?? false },
    {
      clock: options.clock ?? systemClock,
      logger: { level: "trace", stream },
      plugins: options.plugins ?? [],
      ...(options.traces && { traces: options.traces }),
      onControls: (given) => Object.assign(controls, given),
    },
  );
  let requests = 0;

  app.server.on("request", () => {
    requests += 1;
  });
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  onTestFinished(async () => {
    sandbox.faults.clear();
    await app.close();
    await sandbox.close();
  });

  const post = async (
    query: string,
    variables: object | undefined,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<ClientAnswer<LooseData>> => {
    const response = await fetch(`${url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as ClientAnswer<LooseData>;
  };
  const harness: Harness = {
    url,
    sandbox,
    controls,
    log: () => lines.join(""),
    async logged(text) {
      while (!lines.join("").includes(text)) await once(stream, "data");
    },
    ask: (document, variables) => post(print(document), variables as object),
    askText: (query, variables, headers) => post(query, variables, headers),
    async query(document, variables) {
      const { data, errors } = await harness.ask(document, variables);
      if (errors || !data) throw new Error(`the operation failed: ${JSON.stringify(errors)}`);
      return data;
    },
    close: async () => app.close(),
    calls: (endpoint) =>
      [...sandbox.calls]
        .filter(([key]) => (endpoint ? key.endsWith(endpoint) : !key.includes("/auth/")))
        .reduce((sum, [, calls]) => sum + calls, 0),
    async requestsReach(count) {
      while (requests < count) await once(app.server, "request");
    },
    async callsReach(count) {
      while (harness.calls() < count) await once(sandbox.events, "call");
    },
  };
  return harness;
}

/** Endpoints whose calls the tests count. */
export const TASKS = "/hire/v1/exam_marking_tasks";
export const JOB = "/hire/v1/jobs/:job_id";
export const TALENT = "/hire/v2/talents/:talent_id";
export const APPLICATION = "/hire/v1/applications/:application_id";
export const TOKEN = "/auth/v3/tenant_access_token/internal";
