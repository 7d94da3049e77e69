#!/usr/bin/env -S node --max-semi-space-size=64
import * as module from "node:module";

// Node 22 and later keep compiled code from one start to the next. What is imported before this line is compiled anew each time.
(module as { enableCompileCache?: () => unknown }).enableCompileCache?.();
const { run } = await import("./bootstrap/cli.js");
await run(process.argv.slice(2), process.env);
