/** Exporter and sampler of spans, by OpenTelemetry's own names of variables. */
export interface TraceSettings {
  /** `OTEL_TRACES_EXPORTER`; `otlp` reads its address and headers from `OTEL_EXPORTER_OTLP_*` itself. */
  readonly exporter: "otlp" | "console";
  /** `OTEL_TRACES_SAMPLER`. */
  readonly sampler: SamplerName;
  /** `OTEL_TRACES_SAMPLER_ARG`: the ratio of traces that are kept, for samplers by ratio. */
  readonly ratio: number;
  /** `OTEL_SERVICE_NAME`. */
  readonly serviceName: string;
}

/** OpenTelemetry's names of samplers. */
export const SAMPLERS = [
  "always_on",
  "always_off",
  "traceidratio",
  "parentbased_always_on",
  "parentbased_always_off",
  "parentbased_traceidratio",
] as const;

/** Name of one of the samplers. */
export type SamplerName = (typeof SAMPLERS)[number];
