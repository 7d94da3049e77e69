import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: {
    // graphql has a CommonJS and a module build; two copies of it refuse each other's schemas.
    alias: [{ find: /^graphql$/, replacement: "graphql/index.js" }],
  },
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/redis-setup.ts"],
    setupFiles: ["reflect-metadata"],
    testTimeout: 20_000,
    // Files of a worker share modules: src keeps no state in them, and repeated imports take a fifth of the time.
    isolate: false,
    // By default one core is left idle: on two that would double the time.
    maxWorkers: "100%",
  },
});
