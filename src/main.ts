#!/usr/bin/env -S node --max-semi-space-size=64
import * as module from "node:module";

// Node 22 and later reuse compiled code between starts, except for modules imported before this line.
(module as { enableCompileCache?: () => unknown }).enableCompileCache?.();
const { run } = await import("./bootstrap/cli.js");
await run(process.argv.slice(2), process.env);
