import { readAllPages } from "../all-pages.js";
import type { CallContext } from "../call.js";
import type { Send } from "../client.js";
import { flag, list, shape, text } from "../decode/decode.js";
import type { Decoder } from "../decode/decoder.js";
import { ENDPOINTS } from "../endpoints.js";
import { type JobData, job } from "./job.js";

/** A job as the list returns it: without custom fields. */
const listedJob: Decoder<Omit<JobData, "customFields">> = job
  .only(new Set(job.fieldNames.filter((name) => name !== "customFields")))
  .lenient();

const jobPage = shape({ hasMore: flag, pageToken: text, items: list(listedJob) });

/** Maximum page size; a call costs the same whatever its size. */
const PAGE_SIZE = 20;

/**
 * Returns every job changed since `sinceMs` (milliseconds since the epoch), without custom fields, which the list
 * lacks. One call per 20 jobs; quota: 50 a second.
 * @see https://open.larkoffice.com/document/ukTMukTMukTM/uMzM1YjLzMTN24yMzUjN/hire-v1/job/list (2024-08-28)
 */
export function listJobs(send: Send, sinceMs: number, context: CallContext): Promise<Omit<JobData, "customFields">[]> {
  return readAllPages((pageToken) =>
    send(
      {
        endpoint: ENDPOINTS.jobs,
        query: {
          page_size: PAGE_SIZE,
          page_token: pageToken,
          update_start_time: sinceMs > 0 ? Math.floor(sinceMs) : null,
        },
        decode: jobPage,
      },
      context,
    ),
  );
}
