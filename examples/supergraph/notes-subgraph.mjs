// The other team's subgraph: small, independent, with invented data for any id.
import { readFileSync } from "node:fs";
import { ApolloServer } from "@apollo/server";
import { ApolloServerPluginInlineTraceDisabled } from "@apollo/server/plugin/disabled";
import { startStandaloneServer } from "@apollo/server/standalone";
import { buildSubgraphSchema } from "@apollo/subgraph";
import { parse } from "graphql";

export const NOTES_SDL = readFileSync(new URL("./notes.graphql", import.meta.url), "utf8");

/** A user of the sandbox. */
const WRITER = { openId: "ou_e6139117c300506837def50545420c6a" };
/** Returns an id in the form of the sandbox's talent ids. */
const talentId = (n) => `73002000000000000${String(n).padStart(2, "0")}`;

const starsOf = (id) => (Number(id.slice(-2)) % 5) + 1;
const ratingOf = (id) => ({
  id: `rating-${id}`,
  stars: starsOf(id),
  comment: "well reasoned",
  talent: { id },
  by: WRITER,
});
const notesOf = (taskId) =>
  ["clear handwriting", "question 3 is missing", "ask for the sources"].map((text, n) => ({
    id: `${taskId}-${n}`,
    text,
    by: WRITER,
  }));

const pageOf = (notes, first, after) => {
  const from = after === undefined || after === null ? 0 : Number(after) + 1;
  const edges = notes.slice(from, from + first).map((node, n) => ({ node, cursor: String(from + n) }));
  const pageInfo = {
    hasNextPage: from + first < notes.length,
    hasPreviousPage: from > 0,
    startCursor: edges.at(0)?.cursor ?? null,
    endCursor: edges.at(-1)?.cursor ?? null,
  };
  return { edges, pageInfo };
};

const resolvers = {
  Query: { ratings: (_, { first }) => Array.from({ length: Math.min(first, 20) }, (_, n) => ratingOf(talentId(n))) },
  ExamMarkingTask: { notes: ({ id }, { first, after }) => pageOf(notesOf(id), first, after) },
  Talent: {
    ratings: ({ id }) => [ratingOf(id)],
    badge: ({ id, name }) => (name ? `${name} ${"★".repeat(starsOf(id))}` : null),
  },
  User: { ratingCount: ({ openId }) => (openId === WRITER.openId ? 20 : 0) },
};

/**
 * Starts the subgraph on a port; 0 means a free port.
 * @param {number} port
 * @param {(headers: import("node:http").IncomingHttpHeaders) => void} [seen] receives the headers of each request
 */
export async function startNotes(port, seen) {
  const schema = buildSubgraphSchema({ typeDefs: parse(NOTES_SDL), resolvers });
  const server = new ApolloServer({ schema, plugins: [ApolloServerPluginInlineTraceDisabled()] });
  const { url } = await startStandaloneServer(server, {
    listen: { port, host: "127.0.0.1" },
    context: async ({ req }) => ({ seen: seen?.(req.headers) }),
  });
  return { url, close: () => server.stop() };
}
