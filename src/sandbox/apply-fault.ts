import type { FastifyReply, FastifyRequest } from "fastify";
import { type Answer, failure, sendAnswer, throttled } from "./answers.js";
import type { ArmedFault, FaultKind } from "./faults.js";
import type { Sandbox } from "./sandbox.js";
import { findMarker } from "./task-list.js";

type Steered = Pick<Sandbox, "world" | "tokens">;

/** Answers a request that a fault matches; `answer` creates the response without the fault. */
export async function answerWithFault(
  { fault, released }: ArmedFault,
  request: FastifyRequest,
  reply: FastifyReply,
  sandbox: Steered,
  answer: () => Answer,
): Promise<FastifyReply> {
  const query = request.query as Readonly<Record<string, string>>;
  switch (fault.kind) {
    case "latency":
      await new Promise((resolve) => setTimeout(resolve, fault.ms));
      return sendAnswer(reply, answer());
    case "hold":
      await released;
      return sendAnswer(reply, answer());
    case "status": {
      const { httpStatus, code, msg = "fault", headers = {} } = fault;
      return sendAnswer(reply, { ...failure(httpStatus, code, msg), headers });
    }
    case "throttle":
      return sendAnswer(reply, throttled(fault.httpStatus ?? 429, 50, fault.resetS ?? 1));
    case "expired_token":
      sandbox.tokens.expireAll();
      return sendAnswer(reply, failure(fault.httpStatus ?? 400, 99991663, "Invalid access token for authorization."));
    case "reset":
      request.raw.socket.resetAndDestroy();
      return reply.hijack();
    case "truncate":
      return sendAnswer(reply, answer(), (body) => body.slice(0, body.length / 2));
    case "raw_body":
      return sendAnswer(reply, { ...answer(), httpStatus: fault.httpStatus ?? 200 }, () => fault.body);
    case "change_rows":
      changeRows(sandbox, query, fault);
      return sendAnswer(reply, answer());
    default:
      return sendAnswer(reply, withData(answer(), dataFault(fault, query)));
  }
}

type DataFault = Extract<FaultKind, { kind: "merge" | "empty_page" | "repeated_token" | "missing_token" }>;
type Data = Readonly<Record<string, unknown>>;

/** Returns the change that a fault makes to the `data` of a response. */
function dataFault(fault: DataFault, query: Readonly<Record<string, string>>): (data: Data) => Data {
  switch (fault.kind) {
    case "merge":
      return (data) => mergeDeep(data, fault.data);
    case "empty_page":
      return (data) => ({ ...data, has_more: true, items: [] });
    case "repeated_token":
      return (data) => ({ ...data, has_more: true, page_token: query.page_token ?? data.page_token });
    case "missing_token":
      return (data) => ({ ...data, has_more: true, page_token: undefined });
  }
}

const withData = (answer: Answer, change: (data: Data) => Data): Answer => ({
  ...answer,
  body: { ...answer.body, data: change(answer.body.data as Data) },
});

function mergeDeep(into: Data, from: Data): Data {
  const merged = Object.entries(from).map(([key, value]) => {
    const old = into[key];
    return [key, isPlainObject(value) && isPlainObject(old) ? mergeDeep(old, value) : value];
  });
  return { ...into, ...Object.fromEntries(merged) };
}

const isPlainObject = (value: unknown): value is Data =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function changeRows(
  { world }: Steered,
  query: Readonly<Record<string, string>>,
  { remove = [], prepend = [] }: Extract<FaultKind, { kind: "change_rows" }>,
): void {
  const marker = findMarker(world, query.user_id_type ?? "open_id", query.user_id ?? "");
  const remaining = marker?.tasks.filter(({ id }) => !remove.includes(id)) ?? [];
  marker?.tasks.splice(0, marker.tasks.length, ...prepend, ...remaining);
}
