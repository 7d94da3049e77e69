import { ApolloServer } from "@apollo/server";
import { ApolloServerPluginInlineTraceDisabled } from "@apollo/server/plugin/disabled";
import { startStandaloneServer } from "@apollo/server/standalone";
import { buildSubgraphSchema } from "@apollo/subgraph";
import { parse } from "graphql";

/** SDL of a third-party subgraph that provides a job's title only on its own references to the job. */
export const REPORTS_SDL = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@external", "@key", "@provides", "@shareable"])
  type Query { reports(jobId: ID!): [Report!]! }
  type Report { id: ID! job: Job @provides(fields: "title") }
  type Job @key(fields: "id") { id: ID! title: String @external openings: Int! }
  type User @key(fields: "id idType") { id: ID! idType: UserIdType! desk: String }
  enum UserIdType { OPEN_ID UNION_ID USER_ID PEOPLE_ADMIN_ID }
  type PageInfo @shareable { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
`;

const resolvers = {
  Query: {
    reports: (_: unknown, { jobId: id }: { jobId: string }) => [{ id: "r1", job: { id, title: "as reported" } }],
  },
  Job: { openings: () => 3 },
  User: { desk: ({ id, idType }: { id: string; idType: string }) => `${idType} ${id.slice(0, 3)}` },
};

/** Starts the subgraph on a free port. */
export async function startReports() {
  const schema = buildSubgraphSchema({ typeDefs: parse(REPORTS_SDL), resolvers });
  const server = new ApolloServer({ schema, plugins: [ApolloServerPluginInlineTraceDisabled()] });
  const { url } = await startStandaloneServer(server, { listen: { port: 0, host: "127.0.0.1" } });
  return { url, close: () => server.stop() };
}
