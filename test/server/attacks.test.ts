import { connect } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { startSandbox } from "../../src/sandbox/server.js";
import { LIMITS } from "../../src/server/graphql/limits.js";
import { MARKER } from "../support/fixtures.js";
import { FORGED_TOKENS } from "../support/forged-tokens.js";
import { startProcess } from "../support/process.js";
import { signedIn, signInEnv } from "../support/signed-in.js";

/** Target of an attack: the service's URL and the headers of a caller who may read everything. */
interface Target {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Cursor of a list that this caller may read. */
  readonly cursor: string;
}

/** An attack that resolves with the response's status, error codes and messages in one line. */
type Attack = (target: Target) => Promise<string>;

/** Milliseconds within which the service must respond; a slower response means that the attack succeeded. */
const ANSWER_WITHIN_MS = 5000;

async function lineOf(response: Response): Promise<string> {
  const { errors = [] } = JSON.parse(await response.text()) as {
    errors?: { message: string; extensions: { code: string } }[];
  };
  const codes = [...new Set(errors.map(({ extensions }) => extensions.code))].join(" ");
  return `${response.status} ${codes} ${errors.map(({ message }) => message).join("; ")}`;
}

const send =
  (body: string, more: Readonly<Record<string, string>> = {}): Attack =>
  async ({ url, headers }) => {
    const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
    const type = { "content-type": "application/json" };
    return lineOf(
      await fetch(`${url}/graphql`, { method: "POST", headers: { ...type, ...headers, ...more }, body, signal }),
    );
  };

const query = (text: string, variables: object = {}): Attack => send(JSON.stringify({ query: text, variables }));

const get =
  (path: string): Attack =>
  async ({ url, headers }) =>
    lineOf(await fetch(`${url}${path}`, { headers, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) }));

/** Sends raw bytes and returns the first line of the response, or "closed" when the connection closes without one. */
const bytes =
  (...lines: readonly string[]): Attack =>
  ({ url }) =>
    new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(url).port), "127.0.0.1");
      socket.setTimeout(LIMITS.receiveMs + ANSWER_WITHIN_MS, () => reject(new Error("no answer")));
      socket.on("data", (chunk) => {
        resolve(String(chunk).split("\r\n")[0] ?? "");
        socket.destroy();
      });
      socket.on("error", () => {});
      socket.on("close", () => resolve("closed"));
      socket.write(lines.join("\r\n"));
    });

const repeat = (count: number, make: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => make(n)).join(" ");
const nested = (levels: number): string => `${"{ a: viewer ".repeat(levels)}{ userId }${"}".repeat(levels)}`;
const page = (after: string, more = ""): string =>
  `{ examMarkingTasks(userId: "${MARKER}", after: "${after}" ${more}) { edges { node { id } } } }`;
const POST_HEAD = ["POST /graphql HTTP/1.1", "Host: x", "Content-Type: application/json"];

/** Every attack with the response that it must get. */
const ATTACKS: Readonly<Record<string, readonly [attack: Attack, answer: RegExp]>> = {
  // Documents
  "aliases of a root field": [
    query(`{ ${repeat(31, (n) => `a${n}: job(id: "1") { id }`)} }`),
    /BAD_USER_INPUT .*Aliases limit of 30 exceeded, found 31/,
  ],
  "aliases of a leaf": [
    query(`{ job(id: "1") { ${repeat(31, (n) => `a${n}: title`)} } }`),
    /BAD_USER_INPUT .*Aliases limit of 30/,
  ],
  "aliases in fragments that are spread often": [
    query(
      `{ ${repeat(10, (n) => `b${n}: job(id: "1") { ...F }`)} } fragment F on Job { ${repeat(25, (n) => `a${n}: title`)} }`,
    ),
    /BAD_USER_INPUT .*Aliases limit of 30/,
  ],
  "root fields": [
    query(`{ ${repeat(21, () => '... { job(id: "1") { id } }')} }`),
    /BAD_USER_INPUT .*Root fields limit of 20 exceeded, found 21/,
  ],
  "root fields in fragments": [
    query(`query { ${repeat(21, () => "...F")} } fragment F on Query { job(id: "1") { id } }`),
    /BAD_USER_INPUT .*Root fields limit of 20/,
  ],
  "a flood of directives": [
    query(`{ __typename ${"@skip(if: false) ".repeat(51)} }`),
    /BAD_USER_INPUT .*Directives limit of 50 exceeded, found 51/,
  ],
  "a flood of unknown directives": [query(`{ __typename ${repeat(400, (n) => `@x${n}`)} }`), /BAD_USER_INPUT /],
  "deep nesting": [query(nested(25)), /BAD_USER_INPUT .*Query depth limit of 20 exceeded, found 26/],
  "deep nesting of lists in an argument": [
    query(`{ _entities(representations: ${"[".repeat(1400)}${"]".repeat(1400)}) { __typename } }`),
    /BAD_USER_INPUT /,
  ],
  "more tokens than any query needs": [query(`{ ${"__typename ".repeat(4000)} }`), /BAD_USER_INPUT .*3000 tokens/],
  "fields that overlap often": [query(`{ ${"__typename ".repeat(2900)} }`), /BAD_USER_INPUT .*Root fields limit of 20/],
  "a fragment that contains itself": [
    query('query { job(id: "1") { ...F } } fragment F on Job { id ...F }'),
    /BAD_USER_INPUT .*Cannot spread fragment "F" within itself/,
  ],
  "fragments that contain each other": [
    query('query { job(id: "1") { ...F } } fragment F on Job { ...G } fragment G on Job { ...F }'),
    /BAD_USER_INPUT .*within itself/,
  ],
  "fragments that double at each level": [
    query(
      `{ job(id: "1") { ...F0 ...F0 } } ${repeat(18, (n) => `fragment F${n} on Job { ...F${n + 1} ...F${n + 1} }`)} fragment F18 on Job { id }`,
    ),
    /^(200|400) /,
  ],
  "fragments of root fields that double at each level": [
    query(
      `query { ...F0 } ${repeat(150, (n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} }`)} fragment F150 on Query { __typename }`,
    ),
    /BAD_USER_INPUT .*Root fields limit of 20/,
  ],
  "introspection that goes round": [
    query(`{ __schema { types ${"{ fields { type ".repeat(12)} { name } ${"} } ".repeat(12)} } }`),
    /BAD_USER_INPUT /,
  ],
  "a dear query": [
    query(
      `{ ${repeat(5, (n) => `a${n}: examMarkingTasks(userId: "${MARKER}", first: 100) { edges { node { talent { name } } } }`)} }`,
    ),
    /COST_LIMIT_EXCEEDED .*could cost \d+ upstream calls, but at most 500 are allowed/,
  ],
  "a mutation that there is not": [query("mutation { deleteTalent(id: 1) }"), /BAD_USER_INPUT /],
  "a document of nothing but a comment": [query("# nothing"), /BAD_USER_INPUT /],
  // Bodies
  "a batch of 1000": [
    send(`[${Array(1000).fill('{"query":"{ __typename }"}').join(",")}]`),
    /^400 BAD_USER_INPUT .*batch/i,
  ],
  "ten megabytes": [
    send(JSON.stringify({ query: `{ __typename } #${"x".repeat(10 * 1024 * 1024)}` })),
    /^413 BAD_USER_INPUT .*large/,
  ],
  "variables of two megabytes": [
    query("query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }", {
      r: ["x".repeat(2 * 1024 * 1024)],
    }),
    /^413 BAD_USER_INPUT .*large/,
  ],
  "variables of half a megabyte": [
    query("query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }", { r: Array(50_000).fill("xxxxx") }),
    /BAD_USER_INPUT .*representations/,
  ],
  "a thousand representations for each of twenty fields": [
    query(`query ($r: [_Any!]!) { ${repeat(20, (n) => `a${n}: _entities(representations: $r) { __typename }`)} }`, {
      r: Array(1000).fill(1),
    }),
    /^400 BAD_USER_INPUT .*representations must be at most 1000 objects in an operation, got 20000/,
  ],
  "a thousand kinds of id": [
    query("query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }", {
      r: Array.from({ length: 1000 }, (_, idType) => ({ idType })),
    }),
    /BAD_USER_INPUT .*representations/,
  ],
  "variables nested 5000 deep": [
    send(
      `{"query":"query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }","variables":{"r":${"[".repeat(5000)}${"]".repeat(5000)}}}`,
    ),
    /BAD_USER_INPUT /,
  ],
  "a number without end": [
    send(
      `{"query":"query ($n: Int!) { examMarkingTasks(userId: \\"x\\", first: $n) { edges { cursor } } }","variables":{"n":1e999}}`,
    ),
    /BAD_USER_INPUT /,
  ],
  "keys that pollute the prototype": [
    send('{"query":"{ __typename }","variables":{"__proto__":{"polluted":true}}}'),
    /^400 BAD_USER_INPUT /,
  ],
  "a constructor that pollutes": [
    send('{"query":"{ __typename }","variables":{"constructor":{"prototype":{"polluted":true}}}}'),
    /^400 BAD_USER_INPUT /,
  ],
  "half a body": [send('{"query":'), /^400 BAD_USER_INPUT /],
  nothing: [send("{}"), /^400 BAD_USER_INPUT /],
  null: [send("null"), /^400 BAD_USER_INPUT /],
  "a query that is no text": [send('{"query":{"kind":"Document"}}'), /^400 BAD_USER_INPUT /],
  "variables that are a list": [send('{"query":"{ __typename }","variables":[1]}'), /^400 BAD_USER_INPUT /],
  "an operation name that is an object": [
    send('{"query":"{ __typename }","operationName":{}}'),
    /^400 BAD_USER_INPUT /,
  ],
  "bytes that are no text": [send('{"query":"\ud800"}'), /BAD_USER_INPUT /],
  // Content types that any web page could send
  "a text": [send('{"query":"{ __typename }"}', { "content-type": "text/plain" }), /^4\d\d BAD_USER_INPUT /],
  "a form": [
    send("query={__typename}", { "content-type": "application/x-www-form-urlencoded" }),
    /^4\d\d BAD_USER_INPUT /,
  ],
  "an upload": [send("--x--", { "content-type": "multipart/form-data; boundary=x" }), /^4\d\d BAD_USER_INPUT /],
  "a link": [get("/graphql?query={__typename}"), /^400 BAD_USER_INPUT .*CSRF/],
  // Ids and cursors
  "a path for an id": [query('{ job(id: "../../x?y=1") { title } }'), /BAD_USER_INPUT .*id must be a Feishu id/],
  "an encoded path for an id": [
    query('{ job(id: "%2e%2e%2f1") { title } }'),
    /BAD_USER_INPUT .*id must be a Feishu id/,
  ],
  "a line break in an id": [
    query('{ job(id: "1\\r\\nX-Evil: 1") { title } }'),
    /BAD_USER_INPUT .*id must be a Feishu id/,
  ],
  "a line break in a user's id": [
    query('{ examMarkingTasks(userId: "ou_1\\r\\nX-Evil: 1") { edges { cursor } } }'),
    /BAD_USER_INPUT .*userId/,
  ],
  "an id without end": [
    query(`{ job(id: "${"9".repeat(100_000)}") { title } }`),
    /BAD_USER_INPUT .*id must be a Feishu id/,
  ],
  "a cursor of one's own": [query(page(Buffer.from('{"v":1,"t":""}').toString("base64url"))), /INVALID_CURSOR /],
  "an altered cursor": [
    ({ cursor, ...target }) => query(page(`${cursor.slice(0, -2)}AA`))({ cursor, ...target }),
    /INVALID_CURSOR /,
  ],
  "a cursor of another list": [(target) => query(page(target.cursor, "status: MARKED"))(target), /INVALID_CURSOR /],
  "a cursor without end": [query(page("A".repeat(100_000))), /INVALID_CURSOR /],
  // Headers
  "a line break in a request id": [
    send('{"query":"{"}', { "x-request-id": "abc%0d%0aSet-Cookie: x" }),
    /^400 BAD_USER_INPUT /,
  ],
  "a deadline that is none": [
    send('{"query":"{ __typename }"}', { "x-request-timeout": "1e9" }),
    /^400 BAD_USER_INPUT /,
  ],
  "a request for a plan that is none": [
    send('{"query":"{ __typename }"}', { "x-explain": "everything" }),
    /^400 BAD_USER_INPUT /,
  ],
  "headers without end": [
    bytes("GET /graphql HTTP/1.1", "Host: x", `X-A: ${"a".repeat(100_000)}`, "", ""),
    /^HTTP\/1.1 431|closed/,
  ],
  // Bytes
  "a request in two ways at once": [
    bytes(
      ...POST_HEAD,
      "Content-Length: 4",
      "Transfer-Encoding: chunked",
      "",
      "0",
      "",
      "GET /graphql HTTP/1.1",
      "",
      "",
    ),
    /^HTTP\/1.1 400|closed/,
  ],
  noise: [bytes("\x00\x16\x03\x01\x02\x00\x01\x00", "", ""), /^HTTP\/1.1 400|closed/],
  "a WebSocket without a protocol, and noise after it": [
    bytes(
      "GET /graphql HTTP/1.1",
      "Host: x",
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
      "",
      "\x81\xfe\xff\xff".repeat(1000),
    ),
    /^HTTP\/1.1 101|closed/,
  ],
  "a body that never ends": [bytes(...POST_HEAD, "Content-Length: 1000", "", '{"query":'), /^HTTP\/1.1 408|closed/],
  "headers that never end": [bytes("POST /graphql HTTP/1.1", "Host: x", "X-Slow: "), /^HTTP\/1.1 408|closed/],
};

/** Invalid tokens, each sent with a talent query. */
const TOKEN_ATTACKS = Object.entries(FORGED_TOKENS);

it("every attack gets a clear error without a call, in bounded time and memory, and the service stays up", async () => {
  const sandbox = await startSandbox({ quotas: {} });
  onTestFinished(() => sandbox.close());
  const service = startProcess("node --max-old-space-size=128 dist/main.js", {
    PORT: "0",
    FEISHU_APP_ID: "cli_any",
    FEISHU_APP_SECRET: "sandbox-secret",
    FEISHU_BASE_URL: sandbox.url,
    ...signInEnv(sandbox),
    MAX_OPERATIONS_PER_SECOND: "100000",
  });
  const url = (await service.printed(/GraphQL +(\S+)/)).replace("/graphql", "");
  const scopes = ["hire:exam:read_all", "hire:job:read", "hire:talent:read", "hire:application:read", "hire:user:read"];
  const headers = await signedIn({ sandbox }, MARKER, scopes);
  const list = `{ examMarkingTasks(userId: "${MARKER}", status: PENDING, first: 1) { pageInfo { endCursor } } }`;
  const ask = async (): Promise<string> => {
    const init = { method: "POST", headers: { ...headers, "content-type": "application/json" } };
    const response = await fetch(`${url}/graphql`, { ...init, body: JSON.stringify({ query: list }) });
    const { data } = (await response.json()) as { data: { examMarkingTasks: { pageInfo: { endCursor: string } } } };
    return data.examMarkingTasks.pageInfo.endCursor;
  };
  const target: Target = { url, headers, cursor: await ask() };
  const callsBefore = [...sandbox.calls.values()].reduce((sum, calls) => sum + calls, 0);

  const forged = await Promise.all(
    TOKEN_ATTACKS.map(async ([name, headersOf]): Promise<[string, Attack, RegExp]> => {
      const attack = query('{ talent(id: "7300200000000000000") { name } }');
      const headers = await headersOf(sandbox);
      return [name, () => attack({ ...target, headers }), /^401 UNAUTHENTICATED /];
    }),
  );
  const attacks = [
    ...Object.entries(ATTACKS).map(([name, [attack, answer]]) => [name, attack, answer] as const),
    ...forged,
  ];
  expect(attacks.length).toBeGreaterThanOrEqual(40);
  const answers = await Promise.all(
    attacks.map(async ([name, attack, answer]) => {
      const line = await attack(target).catch((error: unknown) => `no answer: ${error}`);
      return answer.test(line) ? null : `${name}: ${line.slice(0, 300)}`;
    }),
  );
  expect(answers.filter((answer) => answer !== null)).toEqual([]);
  expect([...sandbox.calls.values()].reduce((sum, calls) => sum + calls, 0)).toBe(callsBefore);
  expect(service.output()).not.toMatch(/"level":[56]0/);
  expect(await ask()).toEqual(expect.any(String));
}, 60_000);
