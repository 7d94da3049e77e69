import { type CircuitBreakerPolicy, CircuitState, ConsecutiveBreaker, circuitBreaker, handleWhen } from "cockatiel";
import { UpstreamError } from "./errors.js";

/** Leaves an endpoint alone that does nothing but fail. */
export interface Breaker {
  /** @throws {UpstreamError} `UPSTREAM_UNAVAILABLE`, at once, while `endpoint` is left alone. */
  check(endpoint: string): void;
  /**
   * Makes a call that throws {@link UpstreamError} when it fails. After a time alone one call goes ahead of the others; the
   * endpoint is used again when that one comes through.
   * @throws like `check`.
   */
  run<T>(endpoint: string, call: () => Promise<T>): Promise<T>;
}

/** As many calls as this have to fail, and none to succeed in between. */
const FAILURES_TO_OPEN = 10;
/** Milliseconds for which an endpoint is left alone. */
const OPEN_MS = 5000;

interface Circuit {
  readonly policy: CircuitBreakerPolicy;
  openUntilMs: number;
}

/**
 * A breaker for each endpoint. cockatiel counts and moves between the states; how long a circuit stays open is measured on
 * the injected clock, for cockatiel only knows the machine's.
 */
export function createBreaker(now: () => number): Breaker {
  const circuits = new Map<string, Circuit>();
  const circuitOf = (endpoint: string): Circuit => {
    const known = circuits.get(endpoint);
    if (known) return known;
    const policy: CircuitBreakerPolicy = circuitBreaker(
      // A probe that was called off has shown nothing.
      handleWhen((error) => isOutage(error) || policy.state === CircuitState.HalfOpen),
      { halfOpenAfter: 0, breaker: new ConsecutiveBreaker(FAILURES_TO_OPEN) },
    );
    const circuit = { policy, openUntilMs: 0 };
    policy.onBreak(() => {
      circuit.openUntilMs = now() + OPEN_MS;
    });
    circuits.set(endpoint, circuit);
    return circuit;
  };
  const check = (endpoint: string): void => {
    const { policy, openUntilMs } = circuitOf(endpoint);
    const openForMs = openUntilMs - now();
    const isProbed = policy.state === CircuitState.HalfOpen;
    if (!isProbed && (policy.state !== CircuitState.Open || openForMs <= 0)) return;
    const message = `the last ${FAILURES_TO_OPEN} calls have failed, and Feishu is left alone for a while`;
    const upstream = { endpoint, httpStatus: null, code: null, logId: null };
    const retryAfterMs = Math.ceil(Math.max(openForMs, 0));
    throw new UpstreamError("UPSTREAM_UNAVAILABLE", message, upstream, { retryAfterMs });
  };
  return {
    check,
    async run(endpoint, call) {
      check(endpoint);
      return circuitOf(endpoint).policy.execute(call);
    },
  };
}

const isOutage = (error: Error): boolean =>
  error instanceof UpstreamError && (error.code === "UPSTREAM_UNAVAILABLE" || error.code === "UPSTREAM_TIMEOUT");
