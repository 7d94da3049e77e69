import { readFileSync } from "node:fs";
import { buildSchema } from "graphql";
import { expect, it } from "vitest";
import { CUSTOM_TYPE, leavesOf, markBody, readTable, selectAll, tableNames } from "../support/coverage.js";
import { MARKER } from "../support/fixtures.js";
import { createHarness, type Harness } from "../support/harness.js";
import { ROOT } from "../support/process.js";

const schema = buildSchema(readFileSync(`${ROOT}schema.graphql`, "utf8"), { assumeValidSDL: true });
const ID = { job: "7300100000000000000", talent: "7300200000000000000", application: "7300300000000000000" };

/** Query and request that cover every field of one endpoint. */
interface Covered {
  /** Key of the sandbox endpoint whose body is marked. */
  readonly endpoint: string;
  readonly upstream: string;
  readonly init?: object;
  /** Query that selects every field. */
  readonly query: string;
  /** Paths that keep their values, because the response would otherwise not match the request. */
  readonly keep: readonly string[];
}

const oneTask = (below: string): string =>
  `{ examMarkingTasks(userId: "${MARKER}", first: 1) { edges { node { ${below} } } } }`;
const taskList = (kind: string): Covered => {
  const type = `${kind[0]?.toUpperCase()}${kind.slice(1, -1)}`;
  const wire = kind.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return {
    endpoint: `GET /open-apis/hire/v1/${wire}`,
    upstream: `hire/v1/${wire}?page_size=20&user_id=${MARKER}`,
    query: `{ ${kind}(userId: "${MARKER}", first: 1) { edges { node ${selectAll(schema, type).replace("exams { id }", "")} } } }`,
    keep: ["data.page_token"],
  };
};
const OPTIONS = ["job", "talent", "interview", "offer", "evaluation", "employee", "agency", "portal", "referral"];

const COVERED: Readonly<Record<string, Covered>> = {
  exam_marking_tasks: taskList("examMarkingTasks"),
  interview_tasks: taskList("interviewTasks"),
  evaluation_tasks: taskList("evaluationTasks"),
  job_get: {
    endpoint: "GET /open-apis/hire/v1/jobs/:job_id",
    upstream: `hire/v1/jobs/${ID.job}`,
    query: `{ job(id: "${ID.job}") { ${selectOnly("Job", ["storefrontMode", "recruiter", "assistants", "hiringManagers", "jobRequirements", "addresses", "config", "storefronts", "tags"])} } }`,
    keep: ["data.job.id"],
  },
  job_get_detail: {
    endpoint: "GET /open-apis/hire/v1/jobs/:job_id/get_detail",
    upstream: `hire/v1/jobs/${ID.job}/get_detail`,
    query: `{ job(id: "${ID.job}") { ${selectOnly("Job", ["city"])} } }`,
    keep: ["data.job_detail.basic_info.id"],
  },
  talent_get_v2: {
    endpoint: "GET /open-apis/hire/v2/talents/:talent_id",
    upstream: `hire/v2/talents/${ID.talent}`,
    query: `{ talent(id: "${ID.talent}") ${selectAll(schema, "Talent")} }`,
    keep: ["data.talent_id"],
  },
  application_get: {
    endpoint: "GET /open-apis/hire/v1/applications/:application_id",
    upstream: `hire/v1/applications/${ID.application}`,
    query: `{ application(id: "${ID.application}") { ${selectOnly("Application", ["terminationReason", "owner", "terminator", "onboardStatus", "evaluations", "interviews", "offer", "employee", "agency", "portal", "referral", "exams"])} } }`,
    keep: ["data.application.id"],
  },
  application_get_detail: {
    endpoint: "GET /open-apis/hire/v1/applications/:application_id/get_detail",
    upstream: `hire/v1/applications/${ID.application}/get_detail?${OPTIONS.map((option) => `options=with_${option}`).join("&")}`,
    query: `{ application(id: "${ID.application}") { ${selectOnly("Application", ["resumeSourceId", "terminationType", "terminationReasonIds", "terminationReasonNote", "exams"])} } }`,
    keep: ["data.application_detail.basic_info.id"],
  },
  tests_search: {
    endpoint: "POST /open-apis/hire/v1/tests/search",
    upstream: "hire/v1/tests/search?page_size=100",
    init: { application_id_list: [ID.application] },
    query: oneTask(`exams ${selectAll(schema, "Exam")}`),
    keep: ["data.items[].application_id"],
  },
  users_batch: {
    endpoint: "GET /open-apis/contact/v3/users/batch",
    upstream: `contact/v3/users/batch?user_ids=${MARKER}`,
    query: oneTask(`marker ${selectAll(schema, "User")}`),
    keep: ["data.items[].open_id"],
  },
  users_basic_batch: {
    endpoint: "POST /open-apis/contact/v3/users/basic_batch",
    upstream: "contact/v3/users/basic_batch",
    init: { user_ids: [MARKER] },
    query: oneTask("marker { id name i18nName { zhCn enUs } }"),
    keep: ["data.users[].user_id"],
  },
};

function selectOnly(type: string, without: readonly string[]): string {
  const fields = Object.keys((schema.getType(type) as never as { getFields(): object }).getFields());
  const whole = selectAll(schema, type).slice(1, -1);
  const parts = splitSelection(whole);
  return fields
    .filter((field) => !without.includes(field))
    .map((field) => parts.get(field))
    .join(" ");
}

/** Splits the top level of a selection by field. */
function splitSelection(selection: string): Map<string, string> {
  const parts = new Map<string, string>();
  let depth = 0;
  let current: string[] = [];
  for (const token of selection.trim().split(/\s+/)) {
    if (depth === 0 && token !== "{" && current.length > 0) {
      parts.set(String(current[0]), current.join(" "));
      current = [];
    }
    current.push(token);
    depth += token === "{" ? 1 : token === "}" ? -1 : 0;
  }
  parts.set(String(current[0]), current.join(" "));
  return parts;
}

/** Documented paths without a field of their own, with the reason; a path includes all paths below it. */
const WITHOUT_FIELD: Readonly<Record<string, string>> = {
  code: "distinguishes a response from an error",
  msg: "meant for people, not for programs: Feishu says not to branch on it, and it stays in the service",
  "data.has_more": "`pageInfo.hasNextPage`; batches are read to their last page",
  "data.page_token": "inside the cursors; batches are read to their last page",
  "data.job.create_time": "the same moment as `create_timestamp`, which Feishu says to use",
  "data.job.update_time": "the same moment as `update_timestamp`, which Feishu says to use",
  "data.job.expiry_time": "the same moment as `expiry_timestamp`, which Feishu says to use",
  "data.application_detail.job": "`application.job`, which has all of it and more",
  "data.application_detail.talent": "`application.talent`, which has all of it and more",
  "data.users[].i18n_name.ja_jp": "names in this graph are in Chinese and English",
};

/** Field tables of endpoints that are never read, with the reason. */
const NOT_READ: Readonly<Record<string, string>> = {
  application_list: "returns ids only and takes no id; nothing in the graph lists applications",
  authen_user_info: "identifies the owner of a user token; used for sign-in",
  diversity_search: "a candidate's diversity form, which markers may not see",
  exam_create: "writes; the graph only reads",
  job_list: "the same fields as `job_get` except custom ones; a list that cannot be queried by id",
  talent_batch_get_id: "finds talents by phone and e-mail: the wrong direction",
  talent_get_v1: "deprecated by Feishu in favor of `talent_get_v2`, which is read",
  talent_list: "an older form of `talent_get_v2`; a list that cannot be queried by id",
  todos: "needs a user token and returns the same as the task lists",
  user_get: "returns one user where `users_batch` returns fifty",
};

const reasonOf = (path: string): string | undefined =>
  Object.entries(WITHOUT_FIELD).find(([prefix]) => path === prefix || path.startsWith(`${prefix}.`))?.[1];

it("reaches every documented path, or says why not (docs/coverage.md; npx vitest run test/graph/coverage.test.ts -u)", async () => {
  const sections: string[] = [];
  expect([...Object.keys(COVERED), ...Object.keys(NOT_READ)].sort()).toEqual([...tableNames].sort());
  for (const [name, covered] of Object.entries(COVERED)) {
    const { endpoint, fields } = readTable(name);
    const found = await findPaths(name, covered);
    const leaves = fields.filter(({ path }) => !fields.some((other) => other.path.startsWith(`${path}.`)));
    const rows = leaves.map(({ path }) => [path, found.get(path), reasonOf(path)] as const);
    expect(
      rows.filter(([, graphPath, reason]) => !graphPath && !reason).map(([path]) => path),
      name,
    ).toEqual([]);
    const lines = rows.map(
      ([path, graphPath, reason]) => `| \`${path}\` | ${graphPath ? `\`${graphPath}\`` : `– ${reason}`} |`,
    );
    sections.push(`## ${endpoint}\n\n| documented | in the graph |\n| --- | --- |\n${lines.join("\n")}\n`);
  }
  const unread = Object.entries(NOT_READ).map(([name, why]) => `| \`${readTable(name).endpoint}\` | ${why} |`);
  const page = [
    "# Coverage\n",
    "Every response path that Feishu documents, and where the graph has it. This page is written by a test that sends an answer with a value of its own at every path and looks where each value comes out.\n",
    ...sections,
    `## Not read\n\n| endpoint | why |\n| --- | --- |\n${unread.join("\n")}\n`,
  ].join("\n");
  await expect(page).toMatchFileSnapshot("../../docs/coverage.md");
}, 120_000);

/** Maps each documented path of an endpoint to the graph path where its value appears. */
async function findPaths(name: string, covered: Covered): Promise<Map<string, string>> {
  const harness = await createHarness(name === "users_basic_batch" ? { env: { FEISHU_BASIC_NAMES: "on" } } : {});
  const whole = await askUpstream(harness, covered);
  const keep = new Set(covered.keep);
  const codes = new Map(readTable(name).fields.flatMap(({ path, type, enum: known }) => choicesOf(path, type, known)));
  const first = new Map([...codes].map(([path, [value]]) => [path, value as never]));
  const marked = markBody(whole as never, keep, first);
  const base = await askMarked(harness, covered, marked.body);
  const found = new Map<string, string>();
  for (const [graphPath, value] of base) {
    const path = marked.pathByValue.get(value);
    if (path && !found.has(path)) found.set(path, graphPath);
  }
  const graphPaths = new Set(base.map(([graphPath]) => graphPath));
  for (const { path } of readTable(name).fields.filter((field) => CUSTOM_TYPE.test(field.path))) {
    const sibling =
      found.get(path.replace("object_type", "object_id")) ?? found.get(path.replace("object_type", "module_id"));
    const graphPath = sibling?.replace(/\w+$/, "objectType");
    if (graphPath && graphPaths.has(graphPath)) found.set(path, graphPath);
  }
  for (const [path, [, other]] of codes) {
    const changed = markBody(whole as never, keep, new Map([...first, [path, other as never]]));
    const after = await askMarked(harness, covered, changed.body);
    const moved = after.find(([graphPath, value], i) => base[i]?.[0] === graphPath && base[i]?.[1] !== value);
    if (moved) found.set(path, moved[0]);
  }
  return found;
}

/** Returns two values that identify a code or boolean. `data.top_degree` is explicit: its table lists no values. */
function choicesOf(path: string, type: string, known: readonly string[] = []): [string, readonly unknown[]][] {
  if (path === "data.has_more") return [];
  if (type === "boolean") return [[path, [true, false]]];
  if (path === "data.top_degree") return [[path, [6, 7]]];
  if (known.length < 2 || path === "code" || CUSTOM_TYPE.test(path)) return [];
  return [[path, known.slice(0, 2).map(Number)]];
}

async function askUpstream({ sandbox }: Harness, { upstream, init }: Covered): Promise<unknown> {
  const token = sandbox.tokens.issue("cli_coverage", "sandbox-secret").tenant_access_token;
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const response = await fetch(`${sandbox.url}/open-apis/${upstream}`, {
    headers,
    ...(init && { method: "POST", body: JSON.stringify(init) }),
  });
  return response.json();
}

async function askMarked({ sandbox, askText }: Harness, { endpoint, query }: Covered, body: unknown) {
  const { code: _, msg: __, ...rest } = body as { code: unknown; msg: unknown };
  const fault = sandbox.faults.arm({
    kind: "raw_body",
    body: JSON.stringify({ code: 0, msg: "success", ...rest }),
    on: { endpoint },
  });
  const { data, errors } = await askText(query);
  fault.release();
  expect(errors, endpoint).toBeUndefined();
  return leavesOf(data);
}
