/** What a newcomer reads after `npm start`: where the page is, and a query that can be pasted. */
export function greeting(url: string, isSandbox: boolean): string {
  const lines = [
    ...(isSandbox ? SANDBOX_NOTICE : []),
    "",
    `  GraphiQL   ${url}/graphiql/`,
    `  GraphQL    ${url}/graphql`,
    ...(isSandbox ? [`  Demo       ${url}/demo/`] : []),
    ...(isSandbox ? ["", "  One query to begin with:", "", `  ${sampleCommand(url)}`] : []),
    "",
  ];
  return lines.map((line) => `${line}\n`).join("");
}

const SANDBOX_NOTICE = [
  "",
  "  ****************************************************************************",
  "  *  SANDBOX: FEISHU_APP_ID and FEISHU_APP_SECRET are not set. Every person,  *",
  "  *  job and task below is invented; nothing is asked of the real Feishu.     *",
  "  ****************************************************************************",
];

/** The sandbox's marker with 45 tasks, whose id is that of Feishu's own documentation. */
const SAMPLE_QUERY =
  '{ examMarkingTasks(userId: "ou_e6139117c300506837def50545420c6a", status: PENDING, first: 3) { edges { node { id status job { title } talent { name } application { stage { name { enUs } } } } } pageInfo { hasNextPage endCursor } } }';

const sampleCommand = (url: string): string =>
  `curl -s ${url}/graphql -H 'content-type: application/json' -d '${JSON.stringify({ query: SAMPLE_QUERY })}'`;
