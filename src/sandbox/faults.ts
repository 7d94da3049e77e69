import type { TaskRow } from "./world.js";

/** Kinds of faults. Each is one way in which the real Feishu, or the network before it, has failed. */
export type FaultKind =
  /** Answers `ms` milliseconds late. */
  | { kind: "latency"; ms: number }
  /** Does not answer until the fault is released. */
  | { kind: "hold" }
  /** Answers with this status, code and headers instead. */
  | { kind: "status"; httpStatus: number; code: number; msg?: string; headers?: Record<string, string> }
  /** Throttles: 99991400 with HTTP 429, or with `httpStatus`. */
  | { kind: "throttle"; httpStatus?: number; resetS?: number }
  /** Refuses the token until a new one is fetched: 99991663 with HTTP 400, or with `httpStatus`. */
  | { kind: "expired_token"; httpStatus?: number }
  /** Cuts the connection. */
  | { kind: "reset" }
  /** Sends half of the body. */
  | { kind: "truncate" }
  /** Sends these bytes as the body. */
  | { kind: "raw_body"; body: string; httpStatus?: number }
  /** Merges this into the response's `data`: wrong types, unknown codes, new fields. */
  | { kind: "merge"; data: Record<string, unknown> }
  /** Sends an empty page that claims to have a next one. */
  | { kind: "empty_page" }
  /** Sends a page whose token leads back to itself. */
  | { kind: "repeated_token" }
  /** Sends `has_more` without a token. */
  | { kind: "missing_token" }
  /** Removes and adds rows of the requested marker's list before answering. */
  | { kind: "change_rows"; remove?: readonly string[]; prepend?: readonly TaskRow[] };

/** Every fault kind, which the control API validates against. */
export const FAULT_KINDS: readonly FaultKind["kind"][] = [
  "latency",
  "hold",
  "status",
  "throttle",
  "expired_token",
  "reset",
  "truncate",
  "raw_body",
  "merge",
  "empty_page",
  "repeated_token",
  "missing_token",
  "change_rows",
];

/** Conditions under which a fault matches. */
export interface FaultMatch {
  /** Method and path template; any endpoint if omitted. */
  readonly endpoint?: string;
  /** Text that the path or query of a request has to contain. */
  readonly contains?: string;
  /** Number of matching requests to skip first. */
  readonly skip?: number;
  /** Number of matches: once if omitted; 0 means until the fault is cleared. */
  readonly times?: number;
}

/** Fault with the conditions under which it matches. */
export type Fault = FaultKind & { readonly on?: FaultMatch };

/** Fault in force. */
export interface ArmedFault {
  readonly fault: Fault;
  /** Releases held requests, and disarms the fault. */
  release(): void;
  /** Resolves when the fault is released. */
  readonly released: Promise<void>;
}

/** Faults in force. */
export interface FaultInjector {
  arm(fault: Fault): ArmedFault;
  /** Returns the first fault that matches this request, if any, and counts the match. */
  match(endpoint: string, url: string): ArmedFault | undefined;
  /** Releases and removes all faults. */
  clear(): void;
}

interface Entry extends ArmedFault {
  skip: number;
  left: number;
}

/** Creates an injector without faults. */
export function createFaultBox(): FaultInjector {
  let entries: Entry[] = [];
  const matches = ({ fault: { on = {} }, left }: Entry, endpoint: string, url: string): boolean =>
    left > 0 && (!on.endpoint || on.endpoint === endpoint) && (!on.contains || url.includes(on.contains));
  return {
    arm(fault) {
      let open = (): void => {};
      const released = new Promise<void>((resolve) => {
        open = resolve;
      });
      const { skip = 0, times = 1 } = fault.on ?? {};
      const release = (): void => {
        entries = entries.filter((other) => other !== entry);
        open();
      };
      const entry: Entry = { fault, release, released, skip, left: times === 0 ? Number.POSITIVE_INFINITY : times };
      entries.push(entry);
      return entry;
    },
    match(endpoint, url) {
      const entry = entries.find((candidate) => matches(candidate, endpoint, url));
      if (!entry) return undefined;
      if (entry.skip > 0) {
        entry.skip -= 1;
        return undefined;
      }
      entry.left -= 1;
      return entry;
    },
    clear() {
      for (const entry of entries) entry.release();
    },
  };
}
