// The stock baseline: Apollo Server as its documentation starts it, dataloaders, fetch.
// LEAN=1 uses undici's dispatch, and omits the plugin that instruments each field.
// Environment: UPSTREAM, PORT, LEAN.
import { ApolloServer } from "@apollo/server";
import { ApolloServerPluginCacheControlDisabled } from "@apollo/server/plugin/disabled";
import { startStandaloneServer } from "@apollo/server/standalone";
import DataLoader from "dataloader";
import { Pool } from "undici";

const typeDefs = `
  type Query { examMarkingTasks(userId: ID!, first: Int! = 10, after: String): Connection! }
  type Connection { edges: [Edge!]! pageInfo: PageInfo! }
  type Edge { cursor: String! node: Task! }
  type PageInfo { hasNextPage: Boolean! endCursor: String }
  enum Status { PENDING MARKED }
  type Task { id: ID! status: Status job: Job talent: Talent application: Application }
  type Job { id: ID! title: String code: String department: Named }
  type Named { id: ID name: Text }
  type Text { zhCn: String enUs: String }
  type Talent { id: ID! name: String experienceYears: Int }
  type Application { id: ID! stage: Named }
`;

const isLean = process.env.LEAN === "1";
const headers = { authorization: "Bearer t-bench" };
const pool = isLean && new Pool(process.env.UPSTREAM, { connections: 512 });

/** Returns the body of a response, by undici's dispatch. */
const dispatch = (path) =>
  new Promise((resolve, reject) => {
    const chunks = [];
    pool.dispatch(
      { method: "GET", path, headers },
      {
        onRequestStart() {},
        onResponseStart() {},
        onResponseData: (_, chunk) => chunks.push(chunk),
        onResponseEnd: () => resolve(JSON.parse(Buffer.concat(chunks).toString())),
        onResponseError: (_, error) => reject(error),
      },
    );
  });
const fetchJson = async (path) => (await fetch(process.env.UPSTREAM + path, { headers })).json();

async function get(path) {
  const { code, msg, data } = await (isLean ? dispatch(path) : fetchJson(path));
  if (code !== 0) throw new Error(msg);
  return data;
}

const loader = (read) => new DataLoader((ids) => Promise.all(ids.map(read)));
const named = (ref) => ref && { id: ref.id, name: { zhCn: ref.zh_name, enUs: ref.en_name } };

const resolvers = {
  Query: {
    async examMarkingTasks(_, { userId, first, after }) {
      const rows = [];
      let token = after ?? "";
      let hasNextPage = true;
      while (rows.length < first && hasNextPage) {
        const search = new URLSearchParams({
          user_id: userId,
          user_id_type: "open_id",
          page_size: "20",
          ...(token && { page_token: token }),
        });
        const page = await get(`/open-apis/hire/v1/exam_marking_tasks?${search}`);
        rows.push(...page.items);
        hasNextPage = page.has_more;
        token = page.page_token;
      }
      const edges = rows.slice(0, first).map((node) => ({ cursor: node.id, node }));
      return { edges, pageInfo: { hasNextPage, endCursor: token } };
    },
  },
  Status: { PENDING: 1, MARKED: 2 },
  Task: {
    status: ({ activity_status }) => activity_status,
    job: ({ job_id }, _, { job }) => job.load(job_id),
    talent: ({ talent_id }, _, { talent }) => talent.load(talent_id),
    application: ({ application_id }, _, { application }) => application.load(application_id),
  },
  Job: { department: ({ department }) => named(department) },
  Talent: {
    id: ({ talent_id }) => talent_id,
    name: ({ basic_info }) => basic_info.name,
    experienceYears: ({ basic_info }) => basic_info.experience_years,
  },
  Application: { stage: ({ stage }) => named(stage) },
};

const context = async () => ({
  job: loader(async (id) => (await get(`/open-apis/hire/v1/jobs/${id}`)).job),
  talent: loader((id) => get(`/open-apis/hire/v2/talents/${id}`)),
  application: loader(async (id) => (await get(`/open-apis/hire/v1/applications/${id}`)).application),
});
const plugins = isLean ? [ApolloServerPluginCacheControlDisabled()] : [];
const server = new ApolloServer({ typeDefs, resolvers, plugins });
const { url } = await startStandaloneServer(server, {
  listen: { port: Number(process.env.PORT ?? 0), host: "127.0.0.1" },
  context,
});
process.stdout.write(`ready ${url}\n`);
