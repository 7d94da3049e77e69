// Prints the supergraph of both subgraphs for a router: node examples/supergraph/compose.mjs > supergraph.graphql
import { readFileSync } from "node:fs";
import { compose } from "./gateway.mjs";
import { NOTES_SDL } from "./notes-subgraph.mjs";

const { HIRE_URL = "http://127.0.0.1:4000/graphql", NOTES_URL = "http://127.0.0.1:4011/" } = process.env;
const hire = readFileSync(new URL("../../schema.graphql", import.meta.url), "utf8");

process.stdout.write(
  compose([
    { name: "hire", url: HIRE_URL, sdl: hire },
    { name: "notes", url: NOTES_URL, sdl: NOTES_SDL },
  ]),
);
