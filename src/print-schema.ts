import "reflect-metadata";
import { printGraph } from "./graph/schema.js";

process.stdout.write(await printGraph());
