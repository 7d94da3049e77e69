import {
  type Context,
  type Link,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TracerProvider,
  trace,
} from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import type { CallRecord, CallTrace } from "../feishu/call.js";

/** Tracing of operations from clients to Feishu. */
export interface Tracing {
  /** Starts the span of an operation; `headers` may carry the caller's trace context. */
  operation(headers: Readonly<Record<string, string | string[] | undefined>>, startedAtMs: number): OperationTrace;
}

/** Span of one operation, and the spans of its calls. Fields have no spans. */
export interface OperationTrace {
  /** Starts the span of a call; its trace context is sent to Feishu as well. */
  call(endpoint: string): CallTrace;
  /** Records that a read joined one that another operation started. */
  joined(other: OperationTrace): void;
  /** Target of links to this operation. */
  readonly link: Link;
  end(end: OperationEnd): void;
}

/** Summary of an operation that has ended. It never has variables, because they name people. */
export interface OperationEnd {
  readonly endedAtMs: number;
  /** Client's name for the operation, of bounded length; `null` when it has none. */
  readonly name: string | null;
  readonly isFailed: boolean;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

const propagator = new W3CTraceContextPropagator();
const fromHeaders = {
  keys: (headers: object) => Object.keys(headers),
  get: (headers: Readonly<Record<string, string | string[] | undefined>>, name: string) => headers[name],
};
const intoHeaders = {
  set(headers: Record<string, string>, name: string, value: string) {
    headers[name] = value;
  },
};

/** Creates tracing with a provider, which decides which spans are kept and where they are sent. */
export function createTracing(provider: TracerProvider): Tracing {
  const tracer = provider.getTracer("feishu-hire-graphql");
  return {
    operation(headers, startedAtMs) {
      const parent = propagator.extract(ROOT_CONTEXT, headers, fromHeaders);
      const span = tracer.startSpan("GraphQL operation", { kind: SpanKind.SERVER, startTime: startedAtMs }, parent);
      const within = trace.setSpan(ROOT_CONTEXT, span);
      const links: Link[] = [];
      const call = (endpoint: string): CallTrace => {
        const callSpan = tracer.startSpan(endpoint, { kind: SpanKind.CLIENT }, within);
        const sent = headersOf(trace.setSpan(ROOT_CONTEXT, callSpan));
        return { headers: sent, end: (record) => endCall(callSpan, record) };
      };
      // An unsampled operation has no spans of calls: every call sends the same headers, those of the operation.
      const unsampled: CallTrace | null = span.isRecording() ? null : { headers: headersOf(within), end: () => {} };
      return {
        call: unsampled ? () => unsampled : call,
        link: { context: span.spanContext() },
        joined(other) {
          if (span.isRecording()) links.push(other.link);
        },
        end: (ended) => endOperation(span, links, ended),
      };
    },
  };
}

function headersOf(context: Context): Readonly<Record<string, string>> {
  const sent: Record<string, string> = {};
  propagator.inject(context, sent, intoHeaders);
  return sent;
}

function endCall(
  span: Span,
  { endpoint, queuedAtMs, startedAtMs, endedAtMs, answer, failure, reason, isExtra }: CallRecord,
): void {
  span.setAttributes({
    "feishu.endpoint": endpoint,
    "feishu.queue_ms": startedAtMs - queuedAtMs,
    "feishu.extra": isExtra,
    ...(failure && { "error.type": reason ?? failure }),
    ...(answer?.logId && { "feishu.log_id": answer.logId }),
    ...(answer?.code !== null && answer?.code !== undefined && { "feishu.code": answer.code }),
    ...(answer?.httpStatus && { "http.response.status_code": answer.httpStatus }),
  });
  if (failure) span.setStatus({ code: SpanStatusCode.ERROR, message: failure });
  span.end(endedAtMs);
}

/** Maximum number of links of a span. A span has many links only where a page joins the reads of another. */
const MAX_LINKS = 32;

function endOperation(
  span: Span,
  links: readonly Link[],
  { endedAtMs, name, isFailed, attributes }: OperationEnd,
): void {
  if (name) span.updateName(name);
  span.setAttributes({ ...attributes });
  span.addLinks(links.slice(0, MAX_LINKS));
  if (isFailed) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end(endedAtMs);
}
