import { createCallStats } from "../../src/loaders/call-stats.js";
import type { ReadContext } from "../../src/loaders/read-context.js";
import { neverAborted } from "./upstream.js";

/** Returns the context of an operation without a deadline. */
export const readContext = (): ReadContext => ({
  signal: neverAborted(),
  fresh: false,
  caller: "test",
  deadlineMs: Number.POSITIVE_INFINITY,
  observer: createCallStats(0),
});
