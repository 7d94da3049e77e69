import { createCallStats } from "../../src/loaders/call-stats.js";
import type { ReadContext } from "../../src/loaders/read-context.js";
import { neverAborted } from "./upstream.js";

/** The context of an operation that waits as long as it takes. */
export const readContext = (): ReadContext => ({
  signal: neverAborted(),
  fresh: false,
  caller: "test",
  deadlineMs: Number.POSITIVE_INFINITY,
  observer: createCallStats(0),
});
