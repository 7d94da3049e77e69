import "reflect-metadata";
import { printGraph } from "../graph/schema/build.js";

process.stdout.write(await printGraph());
