/** Returns the text that `npm start` prints: the addresses, and a query to paste. */
export function banner(url: string, sandboxUrl: string | null): string {
  const pages = [`  GraphiQL   ${url}/graphiql/`, `  GraphQL    ${url}/graphql`];
  const lines =
    sandboxUrl === null
      ? ["", ...pages, ""]
      : [
          ...SANDBOX_NOTICE,
          "",
          ...pages,
          `  Demo       ${url}/demo/`,
          "",
          "  Example query:",
          "",
          `  ${sampleCommand(url)}`,
          "",
          "  Mark one task and add another, and watch the demo update:",
          "",
          `  ${changeCommand(sandboxUrl)}`,
          "",
        ];
  return lines.map((line) => `${line}\n`).join("");
}

const SANDBOX_NOTICE = [
  "",
  "  ****************************************************************************",
  "  *  SANDBOX: FEISHU_APP_ID and FEISHU_APP_SECRET are not set. Every person,  *",
  "  *  job and task below is invented; no call goes to the real Feishu.         *",
  "  ****************************************************************************",
];

/** First seeded marker, with 45 tasks; its id is the example in Feishu's documentation. */
const MARKER = "ou_e6139117c300506837def50545420c6a";

const SAMPLE_QUERY = `{ examMarkingTasks(userId: "${MARKER}", status: PENDING, first: 3) { edges { node { id status job { title } talent { name } application { stage { name { enUs } } } } } pageInfo { hasNextPage endCursor } } }`;

const post = (url: string, body: object): string =>
  `curl -s ${url} -H 'content-type: application/json' -d '${JSON.stringify(body)}'`;

const sampleCommand = (url: string): string => post(`${url}/graphql`, { query: SAMPLE_QUERY });

const changeCommand = (sandboxUrl: string): string =>
  post(`${sandboxUrl}/_sandbox/tasks`, { open_id: MARKER, add: 1, mark: 1 });
