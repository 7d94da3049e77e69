import { readFileSync } from "node:fs";
import { parse, print, visit } from "graphql";
import { expect, it } from "vitest";
import { CONFIG_VARIABLES, parseConfig } from "../src/config/config.js";
import { ERRORS } from "../src/graph/errors.js";
import { createHarness } from "./support/harness.js";
import { ROOT } from "./support/process.js";
import { EVENTS_ENV } from "./support/store-app.js";

const LIST = `query Mine($id: ID!) { examMarkingTasks(userId: $id, first: 3) {
  edges { node { talent { name } job { title } } } } }`;

/** Environment with secrets and addresses: their printed form is part of the public interface. */
const ENV = {
  FEISHU_APP_ID: "cli_1",
  FEISHU_APP_SECRET: "secret",
  FEISHU_ENCRYPT_KEY: "key",
  FEISHU_VERIFICATION_TOKEN: "token",
  FEISHU_TENANT_KEY: "tenant",
  REDIS_URL: "redis://127.0.0.1:1",
  AUTH_MODE: "jwt",
  JWT_JWKS_URL: "https://keys.example/jwks",
  JWT_ISSUER: "issuer",
  JWT_AUDIENCE: "audience",
  JWT_TENANT_CLAIM: "tenant",
  TRUSTED_DOCUMENTS: "only",
  TRUSTED_DOCUMENTS_MANIFEST: "manifest.json",
  GATEWAY_SECRET: "a-secret-of-a-gateway",
  OTEL_TRACES_EXPORTER: "otlp",
};

/** Returns the path of every key in a value; list elements share one path. */
function keysOf(value: unknown, path = ""): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => keysOf(item, `${path}[]`));
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([key, below]) => keysOf(below, path ? `${path}.${key}` : key));
}

const sorted = (values: Iterable<string>): string[] => [...new Set(values)].toSorted();

const inOrder = (_: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/** Serializes a value as JSON with sorted keys. */
const json = (value: unknown): string => `${JSON.stringify(JSON.parse(JSON.stringify(value)), inOrder, 2)}\n`;

/** Returns the kind and the series labels of each `feishu_` metric. */
function metricsOf(text: string): Record<string, string> {
  const kinds = [...text.matchAll(/^# TYPE (feishu_\w+) (\w+)$/gm)];
  return Object.fromEntries(
    kinds.map(([, name = "", kind = ""]) => {
      const series = new RegExp(`^${name}(?:_bucket)?\\{(.*)\\} `, "m").exec(text)?.[1] ?? "";
      return [name, `${kind}(${[...series.matchAll(/(\w+)="/g)].map(([, label]) => label).join(", ")})`];
    }),
  );
}

it("the configuration keeps the released variables and printed form", async () => {
  await expect(
    json({ variables: CONFIG_VARIABLES.toSorted(), printed: parseConfig(ENV), defaults: parseConfig({}) }),
  ).toMatchFileSnapshot("released/configuration.json");
});

it("the schema keeps the released types, ignoring descriptions", async () => {
  const sdl = parse(readFileSync(`${ROOT}schema.graphql`, "utf8"), { noLocation: true });
  const bare = visit(sdl, {
    enter: (node) => ("description" in node ? { ...node, description: undefined } : undefined),
  });
  await expect(`${print(bare)}\n`).toMatchFileSnapshot("released/types.graphql");
});

it("errors, extensions, metrics and log lines keep the released names", async () => {
  const harness = await createHarness({ env: EVENTS_ENV, isSandbox: true });
  const { url, sandbox, askText } = harness;
  const id = sandbox.world.markers[0]?.ids.open_id;
  const answers: { readonly extensions?: object; readonly errors?: readonly { readonly extensions: object }[] }[] = [];
  for (const headers of [{}, { "x-explain": "plan" }, { "x-explain": "calls" }]) {
    answers.push((await askText(LIST, { id }, headers)) as never);
  }
  sandbox.faults.arm({ kind: "status", httpStatus: 500, code: 1, on: { contains: "/hire/v2/talents/", times: 0 } });
  answers.push((await askText(LIST, { id })) as never);
  answers.push((await askText("{ nothing }")) as never);
  await harness.controls.reload();
  const lines = harness
    .log()
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as object);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  await expect(
    json({
      errorCodes: Object.keys(ERRORS),
      extensions: sorted(answers.flatMap(({ extensions }) => keysOf(extensions ?? {}))),
      errors: sorted(answers.flatMap(({ errors = [] }) => errors.flatMap(({ extensions }) => keysOf(extensions)))),
      metrics: metricsOf(metrics),
      logFields: sorted(lines.flatMap((line) => keysOf(line))),
    }),
  ).toMatchFileSnapshot("released/interface.json");
});
