// Composes subgraphs and runs a gateway in front of them, as a company would.
import { composeServices } from "@apollo/composition";
import { ApolloGateway, RemoteGraphQLDataSource } from "@apollo/gateway";
import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";
import { GraphQLError, parse } from "graphql";

/**
 * Composes several subgraphs' SDL into one schema, or throws an error that names every conflict.
 * @param {readonly { name: string, url: string, sdl: string }[]} subgraphs
 */
export function compose(subgraphs) {
  const { supergraphSdl, errors } = composeServices(
    subgraphs.map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) })),
  );
  if (!supergraphSdl) throw new Error(errors?.map(({ message }) => message).join("\n"));
  return supergraphSdl;
}

/** Headers forwarded from the client to every subgraph: caller, deadline, language, caching, request id and trace. */
const FORWARDED = [
  "authorization",
  "x-request-timeout",
  "x-request-id",
  "accept-language",
  "cache-control",
  "traceparent",
  "tracestate",
];

/** An HTTP subgraph that receives those headers and the gateway secret that `_entities` requires. */
class Subgraph extends RemoteGraphQLDataSource {
  constructor(url, secret) {
    super({ url });
    this.secret = secret;
  }

  willSendRequest({ request, context }) {
    for (const name of FORWARDED) {
      const value = context.headers?.[name];
      if (typeof value === "string") request.http.headers.set(name, value);
    }
    // With this header errors come with HTTP 200, as the gateway expects.
    request.http.headers.set("accept", "application/json");
    if (this.secret) request.http.headers.set("x-gateway-secret", this.secret);
  }

  /** Keeps the error code when a subgraph rejects a request before it runs an operation (401, 429, 503). */
  async errorFromResponse(response) {
    const { errors: [error] = [] } = await response
      .clone()
      .json()
      .catch(() => ({}));
    return error
      ? new GraphQLError(error.message, { extensions: error.extensions })
      : super.errorFromResponse(response);
  }
}

/**
 * Starts a gateway on a port; 0 means a free port.
 * @param {readonly { name: string, url: string, sdl: string, secret?: string }[]} subgraphs
 */
export async function startGateway(subgraphs, port) {
  const secretOf = (name) => subgraphs.find((subgraph) => subgraph.name === name)?.secret;
  const gateway = new ApolloGateway({
    supergraphSdl: compose(subgraphs),
    buildService: ({ name, url }) => new Subgraph(url, secretOf(name)),
  });
  const server = new ApolloServer({ gateway, includeStacktraceInErrorResponses: false });
  const context = async ({ req }) => ({ headers: req.headers });
  const { url } = await startStandaloneServer(server, { listen: { port, host: "127.0.0.1" }, context });
  return { url, close: () => server.stop() };
}
