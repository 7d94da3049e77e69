import { useSyncExternalStore } from "react";

/** One call to Feishu, as reported in `extensions.explain.calls`. Times are in milliseconds. */
export interface Call {
  readonly endpoint: string;
  readonly atMs: number;
  readonly waitMs: number;
  readonly tookMs: number;
  readonly httpStatus: number | null;
  readonly code: number | null;
  readonly logId: string | null;
  readonly isExtra: boolean;
}

interface Counts {
  readonly requested: number;
  readonly actual: number;
  readonly extra: number;
  readonly saved: { readonly cache: number; readonly coalesced: number };
}

/** Cost report of a response. */
export interface Extensions {
  readonly cost?: Counts & {
    readonly endpoints: readonly (Counts & { readonly endpoint: string })[];
    readonly throttle: { readonly endpoint: string; readonly remaining: number; readonly resetMs: number } | null;
  };
  readonly explain?: {
    readonly plan: { readonly requested: number; readonly limit: number };
    readonly calls: readonly Call[];
  };
}

let last: Extensions | null = null;
const listeners = new Set<() => void>();

/** Stores the extensions of a response for the panel. Callers skip introspection, which makes no Feishu calls. */
export function noteAnswer(extensions: Extensions | undefined): void {
  last = extensions ?? null;
  for (const listener of listeners) listener();
}

/** Returns the last response's extensions. */
export const useLastAnswer = (): Extensions | null =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => last,
  );
