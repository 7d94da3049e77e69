import { UpstreamError } from "../errors.js";

/** What a call has shown of its endpoint: that it works, that it fails, or nothing. */
export type Outcome = "success" | "outage" | "ignored";

/** A call that goes through the breaker; it has to tell what it has shown. */
export interface CircuitPermit {
  end(outcome: Outcome): void;
}

/** Leaves an endpoint alone that does nothing but fail. */
export interface Breaker {
  /** @throws {UpstreamError} `UPSTREAM_UNAVAILABLE`, at once, while `endpoint` is left alone. */
  check(endpoint: string): void;
  /**
   * Lets a call through. After a time alone one call goes ahead of the others; the endpoint is used again when that one
   * comes through.
   * @throws like `check`.
   */
  enter(endpoint: string): CircuitPermit;
  /** Whether calls go through, for those who watch. */
  state(endpoint: string): "closed" | "open" | "half-open";
}

/** As many calls as this have to fail, and none to succeed in between. */
const FAILURES_TO_OPEN = 10;
/** Milliseconds for which an endpoint is left alone. */
const OPEN_MS = 5000;

/**
 * A breaker for each endpoint, on the injected clock. Written here: the packages for it wrap each call in promises of their
 * own, forty-odd times a page, and only know the machine's clock (docs/adr/0010).
 */
export function createBreaker(now: () => number): Breaker {
  const circuits = new Map<string, Circuit>();
  const circuitOf = (endpoint: string): Circuit => {
    const known = circuits.get(endpoint);
    if (known) return known;
    const circuit = new Circuit(endpoint, now);
    circuits.set(endpoint, circuit);
    return circuit;
  };
  return {
    check: (endpoint) => circuitOf(endpoint).check(),
    enter: (endpoint) => circuitOf(endpoint).enter(),
    state: (endpoint) => circuitOf(endpoint).state,
  };
}

class Circuit {
  readonly #endpoint: string;
  readonly #now: () => number;
  #failures = 0;
  /** Since when it may be tried again; `null` while it is closed. */
  #openUntilMs: number | null = null;
  #isProbed = false;

  constructor(endpoint: string, now: () => number) {
    this.#endpoint = endpoint;
    this.#now = now;
  }

  get state(): "closed" | "open" | "half-open" {
    if (this.#openUntilMs === null) return "closed";
    return this.#isProbed || this.#now() >= this.#openUntilMs ? "half-open" : "open";
  }

  check(): void {
    if (this.#openUntilMs === null) return;
    const openForMs = this.#openUntilMs - this.#now();
    if (!this.#isProbed && openForMs <= 0) return;
    const message = `the last ${FAILURES_TO_OPEN} calls have failed, and Feishu is left alone for a while`;
    const upstream = { endpoint: this.#endpoint, httpStatus: null, code: null, logId: null };
    const retryAfterMs = Math.ceil(Math.max(openForMs, 0));
    throw new UpstreamError("UPSTREAM_UNAVAILABLE", message, upstream, { retryAfterMs });
  }

  enter(): CircuitPermit {
    this.check();
    if (this.#openUntilMs === null) return this.#ordinary;
    this.#isProbed = true;
    return this.#probe;
  }

  /** Of calls that were on their way when the circuit opened, none closes it. */
  readonly #ordinary: CircuitPermit = {
    end: (outcome) => {
      if (this.#openUntilMs !== null || outcome === "ignored") return;
      this.#failures = outcome === "success" ? 0 : this.#failures + 1;
      if (this.#failures >= FAILURES_TO_OPEN) this.#open();
    },
  };

  readonly #probe: CircuitPermit = {
    end: (outcome) => {
      this.#isProbed = false;
      // A probe that was called off has shown nothing.
      if (outcome !== "success") return this.#open();
      this.#failures = 0;
      this.#openUntilMs = null;
    },
  };

  #open(): void {
    this.#openUntilMs = this.#now() + OPEN_MS;
  }
}
