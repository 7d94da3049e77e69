import { randomBytes } from "node:crypto";
import type { FastifyReply } from "fastify";

/** An answer before it is sent. */
export interface Answer {
  readonly httpStatus: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The documented envelope around `data`. */
export const success = (data: object): Answer => ({ httpStatus: 200, body: { code: 0, msg: "success", data } });

/** An error; `error` holds the gateway's details. */
export const failure = (httpStatus: number, code: number, msg: string, error?: object): Answer => ({
  httpStatus,
  body: { code, msg, ...(error && { error }) },
});

/** The gateway's own validation of parameters. */
export const fieldViolation = (field: string, value: unknown, description: string): Answer =>
  failure(400, 99992402, "field validation failed", {
    field_violations: [{ field, value: String(value ?? ""), description }],
  });

/** Too many calls: what the window allows, and in how many seconds it ends. */
export const throttled = (httpStatus: number, limit: number, resetS: number): Answer => ({
  ...failure(httpStatus, 99991400, "request trigger frequency limit"),
  headers: { "x-ogw-ratelimit-limit": String(limit), "x-ogw-ratelimit-reset": String(resetS) },
});

/** The log id that every answer carries, as Feishu forms it: a time and something random. */
const logId = (): string =>
  `${new Date().toISOString().replace(/\D/g, "").slice(0, 14)}${randomBytes(9).toString("hex").toUpperCase()}`;

/** Sends an answer. `edit` changes the bytes of its body, for the faults that break them. */
export function sendAnswer(reply: FastifyReply, answer: Answer, edit = (body: string) => body): FastifyReply {
  const id = logId();
  const error = answer.body.error && { ...(answer.body.error as object), log_id: id };
  const body = JSON.stringify(error ? { ...answer.body, error } : answer.body);
  return reply
    .code(answer.httpStatus)
    .headers({ ...answer.headers, "x-tt-logid": id, "content-type": "application/json; charset=utf-8" })
    .send(edit(body));
}
