// Builds the parts that have changed since their last build. npm run build -- [server] [graphiql] [demo] (default: all)
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

/** Inputs common to all parts. */
export const SHARED = ["package-lock.json", "tsconfig.json", "scripts/build.mjs"];

/** Inputs, command and output folder of each part. */
export const PARTS = {
  server: {
    inputs: ["src", "tsconfig.build.json", "rolldown.config.mjs"],
    outputs: ["build", "dist/main.js"],
    before: () => {
      rmSync("build", { recursive: true, force: true });
      rmSync("dist/chunks", { recursive: true, force: true });
    },
    commands: [
      ["tsc", "-p", "tsconfig.build.json"],
      ["rolldown", "-c"],
    ],
  },
  graphiql: {
    inputs: ["web/graphiql"],
    outputs: ["dist/graphiql"],
    commands: [["vite", "build", "web/graphiql", "--logLevel", "warn"]],
    isPage: true,
  },
  demo: {
    inputs: ["examples/web"],
    outputs: ["dist/demo"],
    commands: [["vite", "build", "examples/web", "--logLevel", "warn"]],
    isPage: true,
  },
};

function filesOf(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .toSorted()
    .flatMap((name) => filesOf(join(path, name)));
}

/** Returns a hash of the inputs, because times of files mean nothing in a fresh clone. */
function digestOf(inputs) {
  const hash = createHash("sha256");
  for (const file of [...SHARED, ...inputs].flatMap(filesOf)) hash.update(`${file}\0`).update(readFileSync(file));
  return hash.digest("hex");
}

/** Runs a tool; its output is printed only on failure. */
function run(command, args) {
  try {
    execFileSync(join("node_modules", ".bin", command), args, { stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    process.stderr.write(`${command} ${args.join(" ")} failed:\n${error.stdout}${error.stderr}`);
    process.exit(1);
  }
}

/** Bytes below which compression saves nothing. */
const MIN_BYTES = 1024;

/** Writes a `.br` and a `.gz` beside each asset, which the server sends to browsers that accept them. */
function precompress(folder) {
  for (const file of filesOf(folder)) {
    if (!/\.(js|css|html|svg|json|ttf)$/.test(file)) continue;
    const bytes = readFileSync(file);
    if (bytes.length < MIN_BYTES) continue;
    const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };
    writeFileSync(`${file}.br`, brotliCompressSync(bytes, quality));
    writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
  }
}

function build(name) {
  const { inputs, outputs, commands, before, isPage } = PARTS[name];
  const stamp = join("dist", `.${name}.sha256`);
  const digest = digestOf(inputs);
  const isBuilt = outputs.every((path) => existsSync(path));
  if (isBuilt && existsSync(stamp) && readFileSync(stamp, "utf8") === digest) return;
  before?.();
  for (const [command, ...args] of commands) run(command, args);
  if (isPage) precompress(outputs[0]);
  mkdirSync("dist", { recursive: true });
  writeFileSync(stamp, digest);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const named = process.argv.slice(2);
  for (const name of named.length > 0 ? named : Object.keys(PARTS)) build(name);
}
