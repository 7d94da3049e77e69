import { HeaderMap } from "@apollo/server";
import { GraphQLError } from "graphql";
import { RequestError } from "../errors.js";
import type { OperationPart } from "../operation-part.js";
import { type EstimateSettings, estimate, fragmentsOf, type PlanStep } from "./estimate.js";
import { explainedCalls, type Plan, reportCost, totalOf } from "./report.js";
import { refuseManyRepresentations } from "./representations.js";

/** How operations are priced. */
export interface CostSettings extends EstimateSettings {
  /** The most calls that one operation may cost. */
  readonly maxCost: number;
  /** Whether answers carry `extensions.cost`. */
  readonly isShown: boolean;
}

/** With `plan` in this header a request is answered with its plan and nothing is read, with `calls` it says what it did. */
const EXPLAIN_HEADER = "x-explain";
const EXPLAIN_WAYS = ["plan", "calls"];

/** @throws with HTTP status 400 when the header `x-explain` is there and says anything else. */
export function refuseUnknownExplain(header: unknown): void {
  if (header === undefined || EXPLAIN_WAYS.includes(String(header))) return;
  const received = JSON.stringify(String(header).slice(0, 20));
  const allowed = EXPLAIN_WAYS.join(" or ");
  throw Object.assign(new Error(`${EXPLAIN_HEADER}: must be ${allowed}, got ${received}`), { statusCode: 400 });
}

/** Prices every operation before it runs, refuses what is too dear, and says afterwards what was paid. */
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

/** The whole request is refused: HTTP 400. */
const refusal = (originalError: RequestError): GraphQLError =>
  new GraphQLError(originalError.message, { originalError, extensions: { http: { status: 400 } } });

/** An operation that is dearer than is allowed. */
export const costLimitExceeded = (requested: number, limit: number): RequestError =>
  new RequestError(
    "COST_LIMIT_EXCEEDED",
    `the operation could cost ${requested} upstream calls, and ${limit} are allowed: ask for less at a time`,
  );
