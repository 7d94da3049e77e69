import type { TracerProvider as ApiTracerProvider } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ConsoleSpanExporter,
  ParentBasedSampler,
  type Sampler,
  SimpleSpanProcessor,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import type { SamplerName, TraceSettings } from "./samplers.js";

/** Provider that exports sampled spans, in batches to a collector. */
export interface TraceExport {
  readonly provider: ApiTracerProvider;
  /** Exports the remaining spans. */
  close(): Promise<void>;
}

/** Opens the export to a collector or the console. The module is loaded only where it is configured. */
export function openTraceExport({ exporter, sampler, ratio, serviceName }: TraceSettings): TraceExport {
  const processor =
    exporter === "console"
      ? new SimpleSpanProcessor({ exporter: new ConsoleSpanExporter() })
      : new BatchSpanProcessor({ exporter: new OTLPTraceExporter() });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ "service.name": serviceName }),
    sampler: samplerOf(sampler, ratio),
    spanProcessors: [processor],
  });
  return { provider, close: () => provider.shutdown() };
}

function samplerOf(name: SamplerName, ratio: number): Sampler {
  const plain = name.replace("parentbased_", "");
  const root =
    plain === "always_on"
      ? new AlwaysOnSampler()
      : plain === "always_off"
        ? new AlwaysOffSampler()
        : new TraceIdRatioBasedSampler(ratio);
  return name.startsWith("parentbased_") ? new ParentBasedSampler({ root }) : root;
}
