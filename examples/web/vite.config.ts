import { defineConfig } from "vite";

export default defineConfig({
  // Relative addresses work behind any path prefix.
  base: "./",
  build: { outDir: "../../dist/demo", emptyOutDir: true },
  // `npx vite examples/web` beside `npm start` serves the page with hot reload.
  server: { proxy: { "/graphql": "http://127.0.0.1:4000" } },
});
