import "reflect-metadata";
import { buildGraph } from "./graph/schema.js";

const { sdl } = await buildGraph();
process.stdout.write(sdl);
