// Hive Gateway 2 (npm): npx hive-gateway supergraph supergraph.graphql --config-path hive-gateway.config.mjs
const FORWARDED = [
  "authorization",
  "x-request-timeout",
  "accept-language",
  "cache-control",
  "traceparent",
  "tracestate",
];

export const gatewayConfig = {
  propagateHeaders: {
    fromClientToSubgraphs({ request, subgraphName }) {
      const headers = Object.fromEntries(FORWARDED.map((name) => [name, request.headers.get(name) ?? undefined]));
      const secret = process.env.GATEWAY_SECRET;
      return { ...headers, ...(subgraphName === "hire" && secret ? { "x-gateway-secret": secret } : {}) };
    },
  },
  // The subgraphs enforce authorization; a router without tokens of its own must not deny what they would grant.
  maskedErrors: false,
};
