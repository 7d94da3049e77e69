// Composition and a gateway, as a company would run them in front of its subgraphs.
import { composeServices } from "@apollo/composition";
import { ApolloGateway, RemoteGraphQLDataSource } from "@apollo/gateway";
import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";
import { GraphQLError, Kind, parse, print, visit } from "graphql";

/**
 * One schema of several subgraphs' SDL, or an error that names every conflict.
 * @param {readonly { name: string, url: string, sdl: string }[]} subgraphs
 */
export function compose(subgraphs) {
  const { supergraphSdl, errors } = composeServices(
    subgraphs.map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) })),
  );
  if (!supergraphSdl) throw new Error(errors?.map(({ message }) => message).join("\n"));
  return supergraphSdl;
}

/** What a router enforces by itself, and Apollo's gateway for Node refuses to start with. */
const ENFORCED_BY_ROUTERS = ["authenticated", "requiresScopes"];

/**
 * The SDL without what only a router enforces. Nothing is lost by it: the subgraph that asks for rights holds every request
 * against them itself.
 */
export function withoutRouterRights(sdl) {
  const isTheirs = ({ value }) => ENFORCED_BY_ROUTERS.includes(value.replace("@", ""));
  const document = visit(parse(sdl), {
    Directive: ({ name }) => (isTheirs(name) ? null : undefined),
    ListValue: (list) => ({
      ...list,
      values: list.values.filter((item) => item.kind !== Kind.STRING || !isTheirs(item)),
    }),
  });
  return print(document);
}

/** What of a client's request every subgraph is told: who asks, until when, under which id and in which trace. */
const FORWARDED = [
  "authorization",
  "x-request-timeout",
  "x-request-id",
  "accept-language",
  "cache-control",
  "traceparent",
  "tracestate",
];

/** A subgraph behind HTTP that is told those headers, and shown the secret for `_entities`. */
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
    // Errors then come with HTTP 200, as the gateway expects them.
    request.http.headers.set("accept", "application/json");
    if (this.secret) request.http.headers.set("x-gateway-secret", this.secret);
  }

  /** What a subgraph refuses before there is an operation (401, 429, 503) keeps its code, too. */
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
 * Starts a gateway on a port, a free one for 0.
 * @param {readonly { name: string, url: string, sdl: string, secret?: string }[]} subgraphs
 */
export async function startGateway(subgraphs, port) {
  const secretOf = (name) => subgraphs.find((subgraph) => subgraph.name === name)?.secret;
  const gateway = new ApolloGateway({
    supergraphSdl: compose(subgraphs.map((subgraph) => ({ ...subgraph, sdl: withoutRouterRights(subgraph.sdl) }))),
    buildService: ({ name, url }) => new Subgraph(url, secretOf(name)),
  });
  const server = new ApolloServer({ gateway, includeStacktraceInErrorResponses: false });
  const context = async ({ req }) => ({ headers: req.headers });
  const { url } = await startStandaloneServer(server, { listen: { port, host: "127.0.0.1" }, context });
  return { url, close: () => server.stop() };
}
