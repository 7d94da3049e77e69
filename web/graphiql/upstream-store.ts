import { useSyncExternalStore } from "react";

/** One call of Feishu's, as `extensions.explain.calls` tells it. Times are in milliseconds. */
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

/** What an answer says of what it has cost. */
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

/** Keeps the extensions of an answer for the panel; introspection asks nothing of Feishu and is passed over. */
export function noteAnswer(extensions: Extensions | undefined): void {
  last = extensions ?? null;
  for (const listener of listeners) listener();
}

/** The last answer's extensions. */
export const useLastAnswer = (): Extensions | null =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => last,
  );
