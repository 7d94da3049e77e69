import type { TaskRow } from "./world.js";

/** What goes wrong. Each kind is one way in which the real Feishu, or the network before it, has been seen to fail. */
export type FaultKind =
  /** Answers late by `ms` milliseconds. */
  | { kind: "latency"; ms: number }
  /** Does not answer until the fault is released. */
  | { kind: "hold" }
  /** Answers with this status, code and headers instead. */
  | { kind: "status"; httpStatus: number; code: number; msg?: string; headers?: Record<string, string> }
  /** Throttles: 99991400 with HTTP 429, or whatever `httpStatus` says. */
  | { kind: "throttle"; httpStatus?: number; resetS?: number }
  /** Refuses the token: 99991663 with HTTP 400, or whatever `httpStatus` says, until a new one is fetched. */
  | { kind: "expired_token"; httpStatus?: number }
  /** Cuts the connection. */
  | { kind: "reset" }
  /** Sends half of the body. */
  | { kind: "truncate" }
  /** Sends these bytes as the body. */
  | { kind: "raw_body"; body: string; httpStatus?: number }
  /** Merges this into the answer's `data`: wrong types, unknown codes, new fields. */
  | { kind: "merge"; data: Record<string, unknown> }
  /** An empty page that claims to have a next one. */
  | { kind: "empty_page" }
  /** A page whose token leads back to itself. */
  | { kind: "repeated_token" }
  /** `has_more` without a token. */
  | { kind: "missing_token" }
  /** Before answering, removes and adds rows of the asked marker's list. */
  | { kind: "change_rows"; remove?: readonly string[]; prepend?: readonly TaskRow[] };

/** Every kind, for the control API to check against. */
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

/** When a fault strikes. */
export interface FaultMatch {
  /** Method and path template; any endpoint when left out. */
  readonly endpoint?: string;
  /** Only requests whose path or query contains this. */
  readonly contains?: string;
  /** Skips this many matching requests first. */
  readonly skip?: number;
  /** Strikes this many times, once when left out; 0 means until it is cleared. */
  readonly times?: number;
}

/** A fault with where it strikes. */
export type Fault = FaultKind & { readonly on?: FaultMatch };

/** A fault that is in force. */
export interface ArmedFault {
  readonly fault: Fault;
  /** Lets held requests go, and disarms. */
  release(): void;
  /** Resolves when the fault is released. */
  readonly released: Promise<void>;
}

/** The faults in force. */
export interface FaultInjector {
  arm(fault: Fault): ArmedFault;
  /** The first fault that strikes this request, if any; counts it. */
  match(endpoint: string, url: string): ArmedFault | undefined;
  /** Releases and forgets all. */
  clear(): void;
}

interface Entry extends ArmedFault {
  skip: number;
  left: number;
}

/** An empty box. */
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
