import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import type { Fault } from "../../src/sandbox/faults.js";
import { startSandbox } from "../../src/sandbox/server.js";
import { FORGED_TOKENS } from "../support/forged-tokens.js";
import type { Harness } from "../support/harness.js";
import { createSignedInHarness, signedIn } from "../support/signed-in.js";

/** One fault for each way in which Feishu or the network can fail; their contents are marked. */
const FAULTS: readonly Fault[] = [
  { kind: "raw_body", body: '{"code":"MARKED-body"}' },
  { kind: "raw_body", body: "<html>MARKED-page</html>", httpStatus: 502 },
  { kind: "status", httpStatus: 400, code: 99991672, msg: "MARKED-msg" },
  { kind: "status", httpStatus: 500, code: 1002001, msg: "MARKED-msg" },
  { kind: "status", httpStatus: 429, code: 99991403, msg: "MARKED-msg" },
  { kind: "throttle" },
  { kind: "expired_token" },
  { kind: "reset" },
  { kind: "truncate" },
  { kind: "merge", data: { items: [{ id: { "MARKED-key": "MARKED-value" } }] } },
  { kind: "merge", data: { talent: "MARKED-talent", basic_info: { email: { "MARKED-key": 1 } } } },
  { kind: "repeated_token" },
  { kind: "missing_token" },
];

const FIELDS = `id job { title creator { name } } talent { name email mobileNumber identificationNumber birthday homeAddress }
  application { offer { salary { totalAnnualCash } } } exams { score reviewer { name } }`;
const QUERIES = [
  `{ viewer { name examMarkingTasks(first: 5) { edges { cursor node { ${FIELDS} } } pageInfo { endCursor } } } }`,
  '{ examMarkingTasks(userId: "MARKED-argument x") { edges { cursor } } }',
  '{ job(id: "MARKED-argument") { title } }',
  '{ _entities(representations: [{ __typename: "MARKED-argument" }, { __typename: "Talent", id: "MARKED-argument" }]) { __typename } }',
  'query MARKEDargument($first: Int!) { viewer { examMarkingTasks(first: $first, after: "MARKED-argument") { edges { cursor } } } }',
  "{ MARKEDargument }",
];

async function answersOf(harness: Harness, headers: Readonly<Record<string, string>>): Promise<string> {
  const answers = QUERIES.map((query) => harness.askText(query, { first: "MARKED-argument" }, headers));
  return JSON.stringify(await Promise.all(answers));
}

/** Returns the sandbox's PII of the candidates in the viewer's tasks. */
function personalOf(answer: string): readonly string[] {
  const { data } = JSON.parse(answer)[0] as {
    data: { viewer: { examMarkingTasks: { edges: { node: { talent: Record<string, string> } }[] } } };
  };
  return data.viewer.examMarkingTasks.edges.flatMap(({ node: { talent } }) =>
    [talent.email, talent.mobileNumber, talent.identificationNumber, talent.homeAddress].filter((value) => !!value),
  ) as string[];
}

describe("the service under faults", () => {
  it("leaks no secret, token, Feishu body or PII into logs, and only the caller's own data into responses", async () => {
    const sandbox = await startSandbox({ quotas: {} });
    const env = {
      CURSOR_SECRET: "MARKED-cursor-secret",
      REDIS_URL: "redis://:MARKED-password@127.0.0.1:1",
      FEISHU_TENANT_KEY: "sandbox-tenant",
    };
    const harness = await createSignedInHarness({ sandbox, env });
    const [marker] = sandbox.world.markers;
    const plain = await signedIn(harness, marker?.ids.open_id ?? "");
    const all = await signedIn(harness, marker?.ids.open_id ?? "", [
      "hire:talent:pii",
      "hire:job:read",
      "hire:talent:read",
    ]);
    const personal = personalOf(await answersOf(harness, all));
    expect(new Set(personal).size).toBeGreaterThanOrEqual(15);

    const answers: string[] = [await answersOf(harness, plain)];
    for (const fault of FAULTS) {
      const armed = sandbox.faults.arm({ ...fault, on: { times: 0 } });
      answers.push(await answersOf(harness, plain));
      await answersOf(harness, all);
      armed.release();
      sandbox.tokens.expireAll();
    }
    for (const headersOf of Object.values(FORGED_TOKENS))
      answers.push(await answersOf(harness, await headersOf(sandbox)));
    const tokens = [...sandbox.tokens.all(), ...sandbox.signIn.all()];
    expect(tokens.length).toBeGreaterThan(5);

    const inAnswers = answers.join("\n").replaceAll("MARKED-argument", "").replaceAll("MARKEDargument", "");
    const inLog = harness.log().replaceAll("MARKEDargument", "");
    expect(inLog).toContain('"code":"UPSTREAM_');
    for (const secret of ["MARKED", "sandbox-secret", ...tokens, ...personal]) {
      expect(inAnswers, secret).not.toContain(secret);
      expect(inLog, secret).not.toContain(secret);
    }
  }, 60_000);

  it("logs a malformed HTTP request without its content", async () => {
    const harness = await createSignedInHarness();
    const { port } = new URL(harness.url);
    const socket = connect(Number(port), "127.0.0.1");
    const closed = new Promise((resolve) => socket.on("close", resolve));
    socket.on("data", () => {});
    socket.write("GET /graphql HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer MARKED-token\r\nbroken header\r\n\r\n");
    await harness.logged("client error");
    socket.destroy();
    await closed;
    expect(harness.log()).not.toContain("rawPacket");
  });
});
