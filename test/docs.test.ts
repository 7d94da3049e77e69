import { readdirSync, readFileSync } from "node:fs";
import { buildSchema, parse, validate } from "graphql";
import { describe, expect, it } from "vitest";
import { CONFIG_VARIABLES } from "../src/config/config.js";
import { ERRORS } from "../src/graph/errors.js";
import { buildGraph } from "../src/graph/schema/build.js";
import { startSandbox } from "../src/sandbox/server.js";
import { SANDBOX_AUDIENCE, SANDBOX_ISSUER, SANDBOX_TENANT_KEY } from "../src/sandbox/sign-in.js";
import { MARKER } from "./support/fixtures.js";
import { createHarness } from "./support/harness.js";
import { ROOT, startProcess } from "./support/process.js";

const read = (path: string): string => readFileSync(`${ROOT}${path}`, "utf8");

/** Returns the first column of a page's tables, without back-quotes. */
const firstColumn = (page: string): string[] =>
  [...read(page).matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => String(name));

/** Returns a page's code blocks in one language. */
const blocks = (page: string, language: string): string[] =>
  [...read(page).matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, "g"))].map(([, text]) => String(text).trim());

describe("docs/errors.md", () => {
  it("lists exactly the error codes of the code, with the same wording", () => {
    for (const [code, { retryable, meaning }] of Object.entries(ERRORS)) {
      expect(read("docs/errors.md")).toContain(`| \`${code}\` | ${retryable ? "yes" : "no"} | ${meaning} |`);
    }
    expect(firstColumn("docs/errors.md")).toEqual(Object.keys(ERRORS));
  });

  it("matches the schema's ErrorCode enum", async () => {
    const schema = await buildGraph();
    const values = schema.getType("ErrorCode")?.toConfig() as { values: object } | undefined;
    expect(Object.keys(values?.values ?? {}).sort()).toEqual(Object.keys(ERRORS).sort());
  });
});

describe("docs/configuration.md and .env.example", () => {
  it("name every configuration variable and no other", () => {
    expect(firstColumn("docs/configuration.md").sort()).toEqual([...CONFIG_VARIABLES].sort());
    const example = [...read(".env.example").matchAll(/^(\w+)=/gm)].map(([, name]) => String(name));
    expect(example.sort()).toEqual([...CONFIG_VARIABLES].sort());
  });
});

/** Runs a curl command of the README with fetch: a bare machine may not have curl. */
async function runCurl(command: string, url: string): Promise<object> {
  const [, at, header, value, body] =
    /^curl -s http:\/\/127\.0\.0\.1:4000(\S+) -H '([\w-]+): (\S+)' -d '(.*)'$/.exec(command) ?? [];
  const headers = { [String(header)]: String(value) };
  const answer = await fetch(`${url}${at}`, { method: "POST", headers, body: String(body) });
  const { data } = (await answer.json()) as { data: unknown };
  return { data };
}

describe("the README", () => {
  const [start = "", test = "", curl = "", sandbox = "", withCredentials = ""] = blocks("README.md", "sh");
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  /** Replaces `npm start` by its script, without another build: `prestart` ran before this suite. */
  const runNow = (command: string): string =>
    command
      .replace(/npm run (\w+) -- /, (_, name: string) => `${scripts[name]} `)
      .replace("npm start", String(scripts.start))
      .replace(/^(\w+=\S+ )+/, (env) => `env ${env}`);

  it("has exactly the commands that this suite runs", () => {
    expect(blocks("README.md", "sh")).toHaveLength(6);
    expect([start, test]).toEqual(["npm ci && npm start", "npm ci && npm test"]);
    expect(read(".ci/run")).toContain(test);
    const node = read("src/main.ts").split("\n", 1)[0]?.replace("#!/usr/bin/env -S ", "");
    expect(scripts).toMatchObject({ start: `${node} dist/main.js`, prestart: "npm run build", test: "vitest run" });
  });

  it("shows the actual response of its example query", async () => {
    const service = startProcess(runNow("npm start"), { PORT: "0" });
    const url = await service.printed(/GraphQL +(\S+)\/graphql/);
    expect(await runCurl(curl, url)).toEqual(JSON.parse(blocks("README.md", "json")[0] ?? ""));
  });

  it("starts on a standalone sandbox as documented", async () => {
    const alone = startProcess(runNow(sandbox).replace("4001", "0"));
    const upstream = await alone.printed(/listening at (\S+?)\. /);
    const command = withCredentials.replace("http://127.0.0.1:4001", upstream).replace("PORT=4002", "PORT=0");
    const service = startProcess(runNow(command));
    const url = await service.printed(/GraphQL +(\S+)\/graphql/);
    expect(await runCurl(curl, url)).toEqual(JSON.parse(blocks("README.md", "json")[0] ?? ""));
  });

  it("states the estimated and actual cost of the flagship query, as docs/limits.md does", async () => {
    const harness = await createHarness();
    const fields = "job { title } talent { name } application { stage { id } } exams { score } marker { name }";
    const query = `{ examMarkingTasks(userId: "${MARKER}", first: 20) { edges { node { ${fields} } } } }`;
    const answer = (await harness.askText(query)) as { extensions?: { cost: { requested: number; actual: number } } };
    const { requested, actual } = answer.extensions?.cost ?? {};
    expect(read("README.md")).toContain(`can cost ${requested} calls at worst and costs ${actual} on the cold sandbox`);
    expect(read("docs/limits.md")).toContain(`| **together** | **${requested}** | **${actual}** |`);
  });

  it("links only to existing pages", () => {
    const pages = ["README.md", "README.zh-CN.md", "CONTRIBUTING.md", "SECURITY.md"].map(read).join("\n");
    const links = [...pages.matchAll(/\]\((?!http)([^)#]+)(?:#[^)]*)?\)/g)].map(([, path]) => String(path));
    expect(links.length).toBeGreaterThan(5);
    for (const path of links) expect(() => readdirOrFile(path), path).not.toThrow();
  });
});

describe("README.zh-CN.md", () => {
  it("has the same commands, responses, names, links and number of headings as the README", () => {
    const [english, chinese] = [read("README.md"), read("README.zh-CN.md")];
    for (const language of ["sh", "json"]) {
      expect(blocks("README.zh-CN.md", language)).toEqual(blocks("README.md", language));
    }
    const namesIn = (page: string): string[] => [...new Set(page.match(/`[^`\n]+`/g))].toSorted();
    expect(namesIn(chinese)).toEqual(namesIn(english));
    const linksIn = (page: string): string[] => [...new Set(page.match(/\]\((?!README)[^)]+\)/g))].toSorted();
    expect(linksIn(chinese)).toEqual(linksIn(english));
    const headingsIn = (page: string): number => page.match(/^## /gm)?.length ?? 0;
    expect(headingsIn(chinese)).toBe(headingsIn(english));
  });
});

describe("every page", () => {
  const pages = [
    ...readdirSync(`${ROOT}docs`)
      .filter((name) => name.endsWith(".md"))
      .map((name) => `docs/${name}`),
    ...readdirSync(`${ROOT}docs/adr`).map((name) => `docs/adr/${name}`),
  ];

  it("has only commands that a test runs", () => {
    const commands = pages.flatMap((page) => blocks(page, "sh"));
    // test/graph/federation/supergraph.test.ts
    expect(commands).toEqual(["npm run demo:supergraph"]);
    expect((JSON.parse(read("package.json")) as { scripts: object }).scripts).toMatchObject({
      "demo:supergraph": "node examples/supergraph/demo.mjs",
    });
  });

  it("names only existing npm scripts", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: object };
    const named = ["README.md", "CONTRIBUTING.md", "SECURITY.md", ...pages]
      .flatMap((page) => read(page).match(/npm run [\w:]+/g) ?? [])
      .map((command) => command.replace("npm run ", ""));
    expect(new Set(named).size).toBeGreaterThan(8);
    expect([...new Set(named)].filter((name) => !(name in scripts))).toEqual([]);
  });
});

const readdirOrFile = (path: string): unknown => (path.includes(".") ? read(path) : readdirSync(`${ROOT}${path}`));

describe("the README's ways to sign in", () => {
  it("use commands that return valid tokens", async () => {
    const sandbox = await startSandbox({ quotas: {} });
    const tokens = await Promise.all(
      String(blocks("README.md", "sh")[5])
        .split("\n")
        .map(async (command) => {
          const [, at, body] = /^curl -s http:\/\/127\.0\.0\.1:4001(\S+) -H '[^']+' -d '(.*)'$/.exec(command) ?? [];
          const headers = { "content-type": "application/json" };
          const answer = await fetch(`${sandbox.url}${at}`, { method: "POST", headers, body: String(body) });
          return Object.values((await answer.json()) as object)[0] as string;
        }),
    );
    const keys = {
      JWT_JWKS_URL: `${sandbox.url}/_sandbox/jwks`,
      JWT_ISSUER: SANDBOX_ISSUER,
      JWT_AUDIENCE: SANDBOX_AUDIENCE,
    };
    const modes = [
      { AUTH_MODE: "jwt", ...keys },
      { AUTH_MODE: "feishu", FEISHU_TENANT_KEY: SANDBOX_TENANT_KEY },
    ];
    for (const [i, env] of modes.entries()) {
      const { askText } = await createHarness({ sandbox, env });
      const { data } = await askText("{ viewer { userId } }", {}, { authorization: `Bearer ${tokens[i]}` });
      expect(data).toEqual({ viewer: { userId: MARKER } });
    }
  });
});

describe("examples/queries", () => {
  const files = readdirSync(`${ROOT}examples/queries`).filter((name) => name.endsWith(".graphql"));
  const variables = JSON.parse(read("examples/queries/variables.json"));

  it("each have variables", () => {
    expect(files.map((name) => name.replace(".graphql", ""))).toEqual(Object.keys(variables));
  });

  it.each(files)("%s fits the schema and returns data without errors", async (name) => {
    const query = read(`examples/queries/${name}`);
    expect(validate(buildSchema(read("schema.graphql"), { assumeValidSDL: true }), parse(query))).toEqual([]);
    const { askText } = await createHarness();
    const { data, errors } = await askText(query, variables[name.replace(".graphql", "")]);
    expect(errors).toBeUndefined();
    expect(JSON.stringify(data)).toContain('"');
  });
});
