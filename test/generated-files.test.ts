import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { generate, loadContext } from "@graphql-codegen/cli";
import { describe, expect, it } from "vitest";
import { ROOT } from "./support/process.js";

const read = (path: string): string => readFileSync(`${ROOT}${path}`, "utf8");

describe("generated files", () => {
  it("match the code: schema.graphql (npm run schema)", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ["dist/print-schema.js"], { cwd: ROOT });
    expect(read("schema.graphql")).toBe(stdout);
  });

  it("match codegen.yml and schema.graphql: typed operations (npm run codegen)", async () => {
    const context = await loadContext(`${ROOT}codegen.yml`);
    context.cwd = ROOT;
    const files = await generate(context, false);
    expect(files.length).toBeGreaterThan(0);
    for (const { filename, content } of files) {
      expect(content).toBe(read(filename.replace(ROOT, "")));
    }
  });
});
