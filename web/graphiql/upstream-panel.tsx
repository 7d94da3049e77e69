import type { GraphiQLPlugin } from "@graphiql/react";
import { type Call, type Extensions, useLastAnswer } from "./upstream-store.js";

/** GraphiQL panel on the last response's Feishu calls: its cost, the calls by endpoint, and each call over time. */
export const UPSTREAM_PLUGIN: GraphiQLPlugin = { title: "Upstream", icon: UpstreamIcon, content: UpstreamPanel };

function UpstreamIcon() {
  return (
    <svg viewBox="0 0 16 16" fill="none" stroke="currentColor" aria-hidden="true">
      <path d="M1 4h7M4 8h9M7 12h8" strokeWidth="2" />
    </svg>
  );
}

const short = (endpoint: string): string => endpoint.replace("/open-apis", "");

function UpstreamPanel() {
  const answer = useLastAnswer();
  return (
    <section className="upstream">
      <h2>Upstream</h2>
      {answer?.cost ? (
        <>
          <Price cost={answer.cost} />
          <Endpoints cost={answer.cost} />
          {answer.explain ? (
            <Waterfall calls={answer.explain.calls} />
          ) : (
            <p>Individual calls need the sandbox or the scope hire:explain.</p>
          )}
        </>
      ) : (
        <p>Run a query to see its Feishu calls.</p>
      )}
    </section>
  );
}

type Cost = NonNullable<Extensions["cost"]>;

function Price({ cost: { requested, actual, extra, saved, throttle } }: { readonly cost: Cost }) {
  return (
    <dl>
      <dt>Estimated (worst case)</dt>
      <dd data-figure="requested">{requested}</dd>
      <dt>Actual</dt>
      <dd data-figure="actual">{actual}</dd>
      <dt>Retries and other extra calls</dt>
      <dd>{extra}</dd>
      <dt>Saved by cache</dt>
      <dd data-figure="cache">{saved.cache}</dd>
      <dt>Saved by coalescing</dt>
      <dd data-figure="coalesced">{saved.coalesced}</dd>
      {throttle && (
        <>
          <dt>Lowest remaining quota</dt>
          <dd>
            {throttle.remaining} calls remaining for {short(throttle.endpoint)}, full again in {throttle.resetMs} ms
          </dd>
        </>
      )}
    </dl>
  );
}

function Endpoints({ cost }: { readonly cost: Cost }) {
  return (
    <table>
      <caption>Calls by endpoint</caption>
      <thead>
        <tr>
          <th>Endpoint</th>
          <th>Estimate</th>
          <th>Actual</th>
          <th>Cached</th>
          <th>Coalesced</th>
        </tr>
      </thead>
      <tbody>
        {cost.endpoints.map(({ endpoint, requested, actual, extra, saved }) => (
          <tr key={endpoint}>
            <td>{short(endpoint)}</td>
            <td>{requested}</td>
            <td>{actual + extra}</td>
            <td>{saved.cache}</td>
            <td>{saved.coalesced}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const ROW = 14;
const WIDTH = 320;

/** Renders each call as a bar: pale while it waits for quota, solid while Feishu processes it. */
function Waterfall({ calls }: { readonly calls: readonly Call[] }) {
  if (calls.length === 0) return <p>No Feishu calls were made.</p>;
  const from = Math.min(...calls.map(({ atMs }) => atMs));
  const until = Math.max(...calls.map(({ atMs, waitMs, tookMs }) => atMs + waitMs + tookMs));
  const x = (ms: number): number => ((ms - from) / Math.max(until - from, 1)) * WIDTH;
  return (
    <figure>
      <figcaption>
        {calls.length} calls in {Math.round(until - from)} ms
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${calls.length * ROW}`} role="img" aria-label="Calls over time">
        {calls.map((call, i) => (
          <Bar key={`${call.atMs} ${call.endpoint} ${call.logId}`} call={call} y={i * ROW} x={x} />
        ))}
      </svg>
      <ol>
        {calls.map((call) => (
          <li key={`${call.atMs} ${call.endpoint} ${call.logId}`}>
            {short(call.endpoint)} · waited {call.waitMs} ms · took {call.tookMs} ms ·{" "}
            {call.httpStatus ?? "no response"}
            {call.code ? ` · code ${call.code}` : ""}
            {call.isExtra ? " · extra" : ""} · <code>{call.logId ?? "no log id"}</code>
          </li>
        ))}
      </ol>
    </figure>
  );
}

function Bar({ call, y, x }: { readonly call: Call; readonly y: number; readonly x: (ms: number) => number }) {
  const started = call.atMs + call.waitMs;
  const least = 1.5;
  return (
    <g className={call.code ? "failed" : "good"}>
      <title>{call.endpoint}</title>
      <rect className="wait" x={x(call.atMs)} y={y + 2} height={ROW - 4} width={x(started) - x(call.atMs)} />
      <rect x={x(started)} y={y + 2} height={ROW - 4} width={Math.max(x(started + call.tookMs) - x(started), least)} />
    </g>
  );
}
