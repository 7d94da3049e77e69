import { fileURLToPath } from "node:url";
import { defineConfig } from "rolldown";

const graphql = fileURLToPath(new URL("./node_modules/graphql/index.js", import.meta.url));

/** The service as few files: loading some two thousand modules one by one takes longer than anything else at the start. */
export default defineConfig({
  input: {
    main: "build/main.js",
    "print-schema": "build/bootstrap/print-schema.js",
    "sandbox/main": "build/sandbox/main.js",
    "sandbox/server": "build/sandbox/server.js",
  },
  platform: "node",
  // graphql has a CommonJS and a module build; two copies of it refuse each other's schemas.
  resolve: { alias: { graphql$: graphql } },
  output: {
    dir: "dist",
    format: "esm",
    sourcemap: true,
    chunkFileNames: "chunks/[name]-[hash].js",
    // reflect-metadata has to run before the decorators, which stand in a chunk of their own.
    strictExecutionOrder: true,
    // Names stay for stack traces.
    minify: { mangle: false, compress: false, codegen: { removeWhitespace: true } },
  },
});
