import { z } from "zod";
import { SAMPLERS } from "../observability/samplers.js";
import { httpUrl, oneOf, ratio, type SettingsOf, subject } from "./env.js";

/** Traces, by OpenTelemetry's own names of variables. */
export const tracing = subject(
  {
    OTEL_SDK_DISABLED: oneOf(["true", "false"], "false"),
    OTEL_TRACES_EXPORTER: z
      .enum(["otlp", "console", "none"], {
        error: ({ input }) => `must be one of otlp, console, none, got ${JSON.stringify(input)}`,
      })
      .optional(),
    OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl(", such as http://127.0.0.1:4318").optional(),
    OTEL_TRACES_SAMPLER: oneOf(SAMPLERS, "parentbased_always_on"),
    OTEL_TRACES_SAMPLER_ARG: ratio.default(1),
    OTEL_SERVICE_NAME: z.string().default("feishu-hire-graphql"),
  },
  (v) => {
    // OpenTelemetry's own default is `otlp`; here an address has to be set for it.
    const exporter = v.OTEL_TRACES_EXPORTER ?? (v.OTEL_EXPORTER_OTLP_ENDPOINT ? "otlp" : "none");
    const isOff = exporter === "none" || v.OTEL_SDK_DISABLED === "true";
    return {
      /** Exporter and sampling of traces; `null` exports none. */
      traces: isOff
        ? null
        : {
            exporter,
            sampler: v.OTEL_TRACES_SAMPLER,
            ratio: v.OTEL_TRACES_SAMPLER_ARG,
            serviceName: v.OTEL_SERVICE_NAME,
          },
    };
  },
);

/** Settings of tracing. */
export type TracingSettings = SettingsOf<typeof tracing>;
