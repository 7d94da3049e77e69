import { defineConfig } from "vite";

export default defineConfig({
  // Relative addresses work behind any path prefix.
  base: "./",
  build: {
    outDir: "../../dist/graphiql",
    emptyOutDir: true,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 4096,
    // GraphiQL's modules carry "use client", which has no effect here.
    rolldownOptions: { checks: { moduleLevelDirective: false } },
  },
});
