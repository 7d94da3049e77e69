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

describe("who may import whom", () => {
  it("is kept", async () => {
    expect(await violations("src")).toEqual([]);
  });

  it("would be noticed if it were not", async () => {
    const rules = forbidden.map((rule: { name: string; from: { path?: string } }) =>
      rule.name === "rate-limit-knows-the-clock-only" ? { ...rule, from: { path: "^src/feishu/" } } : rule,
    );
    const { output } = await cruise(["src"], { ...options, validate: true, ruleSet: { forbidden: rules } });
    expect((output as ICruiseResult).summary.error).toBeGreaterThan(0);
  });
});
