import { UpstreamError } from "../errors.js";

/** Evidence of a call about its endpoint: it works, it fails, or neither (`ignored`). */
export type Outcome = "success" | "outage" | "ignored";

/** Admission of a call by the circuit breaker; the call must report its outcome. */
export interface CircuitPermit {
  end(outcome: Outcome): void;
}

/** Circuit breaker for endpoints that keep failing. */
export interface Breaker {
  /**
   * @throws {UpstreamError} `UPSTREAM_UNAVAILABLE`, at once, while the circuit of `endpoint` is open or being probed.
   */
  check(endpoint: string): void;
  /**
   * Admits a call. After the open period one call goes first as a probe; the circuit closes if it succeeds.
   * @throws like `check`.
   */
  enter(endpoint: string): CircuitPermit;
  /** Returns the state of the circuit, for metrics. */
  state(endpoint: string): "closed" | "open" | "half-open";
}

/** Consecutive failures that open a circuit. */
const FAILURES_TO_OPEN = 10;
/** Milliseconds that a circuit stays open. */
const OPEN_MS = 5000;

/**
 * Creates a circuit breaker for each endpoint, on the injected clock. Written here because the available packages wrap
 * each call in their own promises, forty-odd times a page. They also support only the machine's clock (docs/adr/0010).
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
  /** Time from which a probe may run; `null` while the circuit is closed. */
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
    const message = `circuit breaker is open: the last ${FAILURES_TO_OPEN} calls of this endpoint failed`;
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

  /** Calls in flight when the circuit opened cannot close it. */
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
      // A cancelled probe has shown nothing, so the circuit opens again.
      if (outcome !== "success") return this.#open();
      this.#failures = 0;
      this.#openUntilMs = null;
    },
  };

  #open(): void {
    this.#openUntilMs = this.#now() + OPEN_MS;
  }
}
