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

/** Follows operations from clients to Feishu. */
export interface Tracing {
  /** Begins the span of an operation; `headers` may carry the context of whoever asks. */
  operation(headers: Readonly<Record<string, string | string[] | undefined>>, startedAtMs: number): OperationTrace;
}

/** The span of one operation, and those of its calls. There is none for fields. */
export interface OperationTrace {
  /** Begins the span of a call, which Feishu is told of as well. */
  call(endpoint: string): CallTrace;
  /** A read joins one that was begun for another operation. */
  joined(other: OperationTrace): void;
  /** What links point to. */
  readonly link: Link;
  end(end: OperationEnd): void;
}

/** What is known of an operation when it has ended. Never variables: they name people. */
export interface OperationEnd {
  readonly endedAtMs: number;
  /** The client's name for it, of bounded length; `null` when it has none. */
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

/** Spans by a provider; which are kept and where they go is the provider's to say. */
export function createTracing(provider: TracerProvider): Tracing {
  const tracer = provider.getTracer("feishu-hire-graphql");
  return {
    operation(headers, startedAtMs) {
      const asked = propagator.extract(ROOT_CONTEXT, headers, fromHeaders);
      const span = tracer.startSpan("GraphQL operation", { kind: SpanKind.SERVER, startTime: startedAtMs }, asked);
      const within = trace.setSpan(ROOT_CONTEXT, span);
      const links: Link[] = [];
      const call = (endpoint: string): CallTrace => {
        const callSpan = tracer.startSpan(endpoint, { kind: SpanKind.CLIENT }, within);
        const sent = headersOf(trace.setSpan(ROOT_CONTEXT, callSpan));
        return { headers: sent, end: (record) => endCall(callSpan, record) };
      };
      // What is not sampled has no spans of calls: Feishu is told of the operation, in the same words each time.
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
  { endpoint, queuedAtMs, startedAtMs, endedAtMs, answer, failure, isExtra }: CallRecord,
): void {
  span.setAttributes({
    "feishu.endpoint": endpoint,
    "feishu.queue_ms": startedAtMs - queuedAtMs,
    "feishu.extra": isExtra,
    ...(answer?.logId && { "feishu.log_id": answer.logId }),
    ...(answer?.code !== null && answer?.code !== undefined && { "feishu.code": answer.code }),
    ...(answer?.httpStatus && { "http.response.status_code": answer.httpStatus }),
  });
  if (failure) span.setStatus({ code: SpanStatusCode.ERROR, message: failure });
  span.end(endedAtMs);
}

/** Links are many at most where a page joins another's: so many are kept. */
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
