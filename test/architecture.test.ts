import { readFileSync } from "node:fs";
import { cruise, type ICruiseOptions, type ICruiseResult } from "dependency-cruiser";
import { describe, expect, it } from "vitest";

const { options, forbidden } = JSON.parse(
  readFileSync(new URL("../.dependency-cruiser.json", import.meta.url), "utf8"),
);

async function violations(folder: string, extra: ICruiseOptions = {}): Promise<string[]> {
  const { output } = await cruise([folder], { ...options, ...extra, validate: true, ruleSet: { forbidden } });
  const { summary, modules } = output as ICruiseResult;
  expect(modules.length).toBeGreaterThan(5);
  return summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);
}

/** Reads the allowed imports of each folder from the table in `docs/architecture.md`. */
function documentedImports(): Record<string, string[]> {
  const text = readFileSync(new URL("../docs/architecture.md", import.meta.url), "utf8");
  const rows = [...text.matchAll(/^\| `([\w-]+)\/` \|.*\| ([^|]+) \|$/gm)];
  return Object.fromEntries(
    rows.map(([, folder = "", imports = ""]) => [
      folder,
      [...(imports.split(";")[0] ?? "").matchAll(/`([\w-]+)`/g)].map(([, name = ""]) => name),
    ]),
  );
}

/** Reads the allowed imports of each folder from the dependency rules. */
function allowedImports(): Record<string, string[]> {
  const rules = forbidden as readonly { readonly from: { path?: string }; readonly to: { pathNot?: string } }[];
  return Object.fromEntries(
    rules.flatMap(({ from, to }) => {
      const folder = /^\^src\/([\w-]+)\/$/.exec(from.path ?? "")?.[1];
      const allowed = /^\^src\/\(([\w|-]+)\)\//.exec(to.pathNot ?? "")?.[1];
      return folder && allowed ? [[folder, allowed.split("|").slice(1)]] : [];
    }),
  );
}

describe("allowed imports between folders", () => {
  it("match docs/architecture.md", () => {
    const { bootstrap, ...documented } = documentedImports();
    expect(bootstrap).toEqual([]);
    expect(documented).toEqual(allowedImports());
  });

  it("are respected", async () => {
    expect(await violations("src")).toEqual([]);
  });

  it("report a violation", async () => {
    const rules = forbidden.map((rule: { name: string; from: { path?: string } }) =>
      rule.name === "rate-limit" ? { ...rule, from: { path: "^src/feishu/" } } : rule,
    );
    const { output } = await cruise(["src"], { ...options, validate: true, ruleSet: { forbidden: rules } });
    expect((output as ICruiseResult).summary.error).toBeGreaterThan(0);
  });
});
