import { randomBytes } from "node:crypto";
import type { FastifyReply } from "fastify";

/** Response before it is sent. */
export interface Answer {
  readonly httpStatus: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Wraps `data` in the documented envelope. */
export const success = (data: object): Answer => ({ httpStatus: 200, body: { code: 0, msg: "success", data } });

/** Returns an error response; `error` holds the gateway's details. */
export const failure = (httpStatus: number, code: number, msg: string, error?: object): Answer => ({
  httpStatus,
  body: { code, msg, ...(error && { error }) },
});

/** Returns the error of the gateway's own validation of parameters. */
export const fieldViolation = (field: string, value: unknown, description: string): Answer =>
  failure(400, 99992402, "field validation failed", {
    field_violations: [{ field, value: String(value ?? ""), description }],
  });

/** Returns a throttled response with the limit of the window, and the seconds until the window ends. */
export const throttled = (httpStatus: number, limit: number, resetS: number): Answer => ({
  ...failure(httpStatus, 99991400, "request trigger frequency limit"),
  headers: { "x-ogw-ratelimit-limit": String(limit), "x-ogw-ratelimit-reset": String(resetS) },
});

/** Returns a log id in Feishu's form: a time and random characters. Every response carries one. */
const logId = (): string =>
  `${new Date().toISOString().replace(/\D/g, "").slice(0, 14)}${randomBytes(9).toString("hex").toUpperCase()}`;

/** Sends a response. `edit` changes the bytes of its body, for the faults that break them. */
export function sendAnswer(reply: FastifyReply, answer: Answer, edit = (body: string) => body): FastifyReply {
  const id = logId();
  const { error: details } = answer.body;
  const error = typeof details === "object" && { ...details, log_id: id };
  const body = JSON.stringify(error ? { ...answer.body, error } : answer.body);
  return reply
    .code(answer.httpStatus)
    .headers({ ...answer.headers, "x-tt-logid": id, "content-type": "application/json; charset=utf-8" })
    .send(edit(body));
}
