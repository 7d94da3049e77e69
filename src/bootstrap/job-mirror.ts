import type { FastifyInstance } from "fastify";
import type { Clock } from "../core/clock.js";
import type { Send } from "../feishu/client.js";
import { listJobs } from "../feishu/hire/jobs.js";
import { createJobMirror, type JobMirror } from "../loaders/job-mirror.js";

/** Dependencies of a running mirror. */
interface Parts {
  readonly send: Send;
  readonly clock: Clock;
  readonly app: FastifyInstance;
}

const REFRESH_EVERY_MS = 60_000;
const MAX_AGE_MS = 5 * 60_000;

/** Starts a mirror that refreshes itself until the application closes. A failed refresh is logged and retried. */
export function runJobMirror({ send, clock, app }: Parts): JobMirror {
  const closing = new AbortController();
  const { signal } = closing;
  const context = { caller: "job mirror", deadlineMs: Number.POSITIVE_INFINITY, signal };
  const mirror = createJobMirror({ listJobs: (since) => listJobs(send, since, context), clock, maxAgeMs: MAX_AGE_MS });
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      await mirror.refresh().catch((err: unknown) => {
        if (!signal.aborted) app.log.warn({ err }, "Job mirror refresh failed; keeping the previous copy");
      });
      await clock.sleep(REFRESH_EVERY_MS, signal).catch(() => {});
    }
  };
  const running = run();
  app.addHook("onClose", async () => {
    closing.abort(new Error("the application is closing"));
    await running;
  });
  return mirror;
}
