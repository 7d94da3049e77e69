import { HeaderMap } from "@apollo/server";
import { GraphQLError } from "graphql";
import { RequestError } from "../errors.js";
import type { OperationPart } from "../operation-part.js";
import type { PlanStep } from "./endpoint-prices.js";
import { type EstimateSettings, estimate, fragmentsOf } from "./estimate.js";
import { explainedCalls, type Plan, reportCost, totalOf } from "./report.js";
import { refuseManyRepresentations } from "./representations.js";

/** Settings for pricing operations. */
export interface CostSettings extends EstimateSettings {
  /** Maximum estimated calls of one operation. */
  readonly maxCost: number;
  /** True if responses carry `extensions.cost`. */
  readonly isShown: boolean;
}

/**
 * Request header for explanations. With `plan` the response is the plan and nothing is read. With `calls`
 * the response also lists the calls made.
 */
const EXPLAIN_HEADER = "x-explain";
const EXPLAIN_WAYS = ["plan", "calls"];

/**
 * Accepts an absent or known value of the header `x-explain`.
 * @throws with HTTP status 400 for any other value.
 */
export function refuseUnknownExplain(header: unknown): void {
  if (header === undefined || EXPLAIN_WAYS.includes(String(header))) return;
  const received = JSON.stringify(String(header).slice(0, 20));
  const allowed = EXPLAIN_WAYS.join(" or ");
  throw Object.assign(new Error(`${EXPLAIN_HEADER}: must be ${allowed}, got ${received}`), { statusCode: 400 });
}

/** Estimates every operation before it runs, rejects those over the limit, and reports the actual cost afterwards. */
export const costPlugin =
  (settings: CostSettings): OperationPart =>
  ({ request }) => {
    const explain = request.http?.headers.get(EXPLAIN_HEADER);
    const isPlanned = explain === "plan";
    let steps: readonly PlanStep[] | undefined;
    return {
      didResolveOperation({ schema, document, operation, contextValue, request: { variables = {} } }) {
        if (!operation) return;
        const fragments = fragmentsOf(document.definitions);
        refuseRequest(() => refuseManyRepresentations(schema, operation, fragments, variables));
        steps = estimate(schema, operation, fragments, variables, settings);
        const requested = totalOf(steps);
        contextValue.callStats.setEstimate(requested);
        if (contextValue.stream) contextValue.stream.steps = steps;
        if (requested > settings.maxCost && !isPlanned) throw refusal(costLimitExceeded(requested, settings.maxCost));
      },
      responseForOperation() {
        if (!isPlanned || !steps) return null;
        const singleResult = { data: null, extensions: { plan: planOf(steps, settings.maxCost) } };
        return { http: { status: 200, headers: new HeaderMap() }, body: { kind: "single", singleResult } };
      },
      willSendResponse({ response: { body }, contextValue }) {
        if (!steps || body.kind !== "single") return;
        const { callStats, mayExplain, remainingOf } = contextValue;
        const isExplained = explain === "calls" && mayExplain;
        if (!settings.isShown && !isExplained) return;
        const cost = reportCost(steps, callStats.byEndpoint(), remainingOf);
        const explained = isExplained && {
          explain: { plan: planOf(steps, settings.maxCost), calls: explainedCalls(callStats) },
        };
        body.singleResult.extensions = { ...body.singleResult.extensions, cost, ...explained };
      },
    };
  };

const planOf = (steps: readonly PlanStep[], limit: number): Plan => ({ requested: totalOf(steps), limit, steps });

function refuseRequest(check: () => void): void {
  try {
    check();
  } catch (error) {
    throw error instanceof RequestError ? refusal(error) : error;
  }
}

/** Returns the error that rejects the whole request with HTTP 400. */
const refusal = (originalError: RequestError): GraphQLError =>
  new GraphQLError(originalError.message, { originalError, extensions: { http: { status: 400 } } });

/** Returns the error for an operation whose estimate exceeds the limit. */
const costLimitExceeded = (requested: number, limit: number): RequestError =>
  new RequestError(
    "COST_LIMIT_EXCEEDED",
    `the operation could cost ${requested} upstream calls, but at most ${limit} are allowed: request less at a time`,
  );
