import * as lark from "@larksuiteoapi/node-sdk";
import { afterAll, beforeAll } from "vitest";
import { systemClock } from "../../src/core/clock.js";
import { Secret } from "../../src/core/secret.js";
import { createAccessToken, selfBuiltToken } from "../../src/feishu/auth/access-token.js";
import { createFeishuClient, type Send } from "../../src/feishu/client.js";
import { listBasicUsers, listUsers } from "../../src/feishu/contact/users.js";
import { UpstreamError } from "../../src/feishu/errors.js";
import { getApplication } from "../../src/feishu/hire/application.js";
import { getApplicationDetail } from "../../src/feishu/hire/application-detail.js";
import { searchExams } from "../../src/feishu/hire/exams.js";
import { getJob } from "../../src/feishu/hire/job.js";
import { getJobDetail } from "../../src/feishu/hire/job-detail.js";
import { listJobs } from "../../src/feishu/hire/jobs.js";
import { getTalent } from "../../src/feishu/hire/talent.js";
import { listTasks } from "../../src/feishu/hire/tasks.js";
import { createTransport, type Transport } from "../../src/feishu/http/transport.js";
import { createArrivalEstimate } from "../../src/rate-limit/arrival-estimate.js";
import { createLimiter } from "../../src/rate-limit/limiter.js";
import { SANDBOX_SECRET } from "../../src/sandbox/access-tokens.js";
import type { Sandbox } from "../../src/sandbox/sandbox.js";
import { startSandbox } from "../../src/sandbox/server.js";
import { neverAborted } from "../support/upstream.js";
import { type ContractClient, describeContract, RefusedCall } from "./suite.js";

const silent = (): void => {};
let sandbox: Sandbox;
let transport: Transport;
let send: Send;
let sdk: lark.Client;

beforeAll(async () => {
  sandbox = await startSandbox({ quotas: {} });
  transport = createTransport({ baseUrl: sandbox.url, clock: systemClock, timeoutMs: 5000 });
  const accessToken = createAccessToken(
    selfBuiltToken(transport, { appId: "cli_ours", appSecret: new Secret(SANDBOX_SECRET) }),
    systemClock,
  );
  const arrival = createArrivalEstimate(systemClock.now);
  const limiter = createLimiter({ clock: systemClock, quotas: new Map(), arrival });
  ({ send } = createFeishuClient({ transport, accessToken, limiter, clock: systemClock }));
  sdk = new lark.Client({
    appId: "cli_official",
    appSecret: SANDBOX_SECRET,
    domain: sandbox.url,
    // The SDK's default logger prints every rejected call, and half of the cases test rejections.
    logger: { error: silent, warn: silent, info: silent, debug: silent, trace: silent },
  });
});
afterAll(async () => {
  await transport.close();
  await sandbox.close();
});

/** Normalizes the official SDK's results: it rejects on HTTP 4xx and otherwise resolves with a code. */
async function official<T>(call: Promise<{ code?: number | undefined; data?: T | undefined }>): Promise<T> {
  const body = await call.catch((error) => error.response.data as { code: number });
  if (body.code !== 0 || !("data" in body) || !body.data) throw new RefusedCall(Number(body.code));
  return body.data;
}

const officialClient = (): ContractClient => ({
  async listTasks({ userId, userIdType, status, pageToken }) {
    const params = { user_id: userId, page_size: 20, ...(userIdType && { user_id_type: userIdType }) };
    const query = {
      ...params,
      ...(status && { activity_status: status }),
      ...(pageToken && { page_token: pageToken }),
    };
    const data = await official(sdk.hire.v1.examMarkingTask.list({ params: query }));
    const ids = (data.items ?? []).map(({ id }) => String(id));
    return { ids, hasMore: data.has_more === true, pageToken: data.page_token ?? null };
  },
  jobTitle: async (id) => String((await official(sdk.hire.v1.job.get({ path: { job_id: id } }))).job?.title),
  talentName: async (id) =>
    String((await official(sdk.hire.v2.talent.get({ path: { talent_id: id } }))).basic_info?.name),
  applicationStage: async (id) => {
    const { application } = await official(sdk.hire.v1.application.get({ path: { application_id: id } }));
    return String(application?.stage?.en_name);
  },
  async listSiblings(kind, userId) {
    const params = { user_id: userId, page_size: 20 };
    const list = kind === "interviewTasks" ? sdk.hire.v1.interviewTask.list : sdk.hire.v1.evaluationTask.list;
    return ((await official(list({ params }))).items ?? []).map(({ id }) => String(id));
  },
  async recruiterId(id) {
    return String((await official(sdk.hire.v1.job.getDetail({ path: { job_id: id } }))).job_detail?.recruiter?.id);
  },
  async offerId(id) {
    const call = sdk.hire.v1.application.getDetail({
      path: { application_id: id },
      params: { options: ["with_offer"] },
    });
    return String((await official(call)).application_detail?.offer?.offer_basic?.id);
  },
  async examIds(ids) {
    const call = sdk.hire.v1.test.search({ params: { page_size: 100 }, data: { application_id_list: [...ids] } });
    return ((await official(call)).items ?? []).map(({ test_id }) => String(test_id));
  },
  async userNames(ids) {
    const call = sdk.contact.v3.user.batch({ params: { user_ids: [...ids] } });
    return ((await official(call)).items ?? []).map(({ name }) => String(name));
  },
  async basicNames(ids) {
    const call = sdk.contact.v3.user.basicBatch({ data: { user_ids: [...ids] } });
    return ((await official(call)).users ?? []).map(({ name }) => String(name));
  },
  async jobTitles() {
    return ((await official(sdk.hire.v1.job.list({ params: { page_size: 20 } }))).items ?? []).map(({ title }) =>
      String(title),
    );
  },
});

const context = { caller: "contract", deadlineMs: Number.POSITIVE_INFINITY, signal: neverAborted() };

/** Maps our client's `null` back to the documented not-found code, which the contract checks. */
async function ours<T>(call: Promise<T | null>, absentCode: number): Promise<T> {
  try {
    const value = await call;
    if (value !== null) return value;
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    throw new RefusedCall(error.upstream?.code ?? 0);
  }
  throw new RefusedCall(absentCode);
}

const ourClient = (): ContractClient => ({
  async listTasks({ userId, userIdType = "open_id", status = null, pageToken = null }) {
    const filter = { userId, userIdType, activityStatus: status };
    const page = await ours(listTasks(send, "examMarkingTasks", filter, pageToken, context), 0);
    return { ids: page.items.map(({ id }) => id), hasMore: page.hasMore, pageToken: page.pageToken };
  },
  jobTitle: async (id) => String((await ours(getJob(send, id, context), 1002601)).all().title),
  talentName: async (id) => String((await ours(getTalent(send, id, context), 1002102)).all().name),
  applicationStage: async (id) =>
    String((await ours(getApplication(send, id, context), 1002201)).all().stage?.name.enUs),
  async listSiblings(kind, userId) {
    const filter = { userId, userIdType: "open_id", activityStatus: null } as const;
    return (await listTasks(send, kind, filter, null, context)).items.map(({ id }) => id);
  },
  recruiterId: async (id) => String((await getJobDetail(send, id, context))?.all().recruiter?.id),
  offerId: async (id) =>
    String((await getApplicationDetail(send, id, ["with_offer"], context))?.all().offer?.basic?.id),
  examIds: async (ids) => (await searchExams(send, ids, "open_id", context)).map(({ id }) => String(id)),
  userNames: async (ids) => (await listUsers(send, ids, "open_id", context)).map(({ name }) => String(name)),
  basicNames: async (ids) => (await listBasicUsers(send, ids, "open_id", context)).map(({ name }) => String(name)),
  jobTitles: async () => (await listJobs(send, 0, context)).map(({ title }) => String(title)),
});

describeContract("the official SDK", officialClient, () => sandbox);
describeContract("our client", ourClient, () => sandbox);
