// The floor: the same upstream calls and the same JSON by hand, without GraphQL, checks or rate limits.
// Environment: UPSTREAM, PORT.
import http from "node:http";
import { Pool } from "undici";

const pool = new Pool(process.env.UPSTREAM, { connections: 512 });
const headers = { authorization: "Bearer t-bench" };
const get = async (path) => JSON.parse(await (await pool.request({ method: "GET", path, headers })).body.text()).data;

async function readPages(userId, first) {
  const rows = [];
  for (let token = ""; rows.length < first; ) {
    const page = await get(
      `/open-apis/hire/v1/exam_marking_tasks?user_id=${userId}&user_id_type=open_id&page_size=20${token && `&page_token=${token}`}`,
    );
    rows.push(...page.items);
    if (!page.has_more) return { rows, hasNextPage: false };
    token = page.page_token;
  }
  return { rows: rows.slice(0, first), hasNextPage: true };
}

async function connection({ userId, first }) {
  const { rows, hasNextPage } = await readPages(userId, first);
  const reads = new Map();
  const once = (path) => reads.get(path) ?? reads.set(path, get(path)).get(path);
  const edges = await Promise.all(
    rows.map(async (row) => {
      const [{ job }, talent, { application }] = await Promise.all([
        once(`/open-apis/hire/v1/jobs/${row.job_id}`),
        once(`/open-apis/hire/v2/talents/${row.talent_id}`),
        once(`/open-apis/hire/v1/applications/${row.application_id}`),
      ]);
      const node = {
        id: row.id,
        status: row.activity_status === 1 ? "PENDING" : "MARKED",
        job: { title: job.title, code: job.code, department: { name: { zhCn: job.department.zh_name } } },
        talent: { name: talent.basic_info.name, experienceYears: talent.basic_info.experience_years },
        application: { stage: { name: { zhCn: application.stage.zh_name } } },
      };
      return { node };
    }),
  );
  return { data: { examMarkingTasks: { edges, pageInfo: { hasNextPage, endCursor: rows.at(-1)?.id ?? null } } } };
}

const server = http.createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", async () => {
    const body = JSON.stringify(await connection(JSON.parse(Buffer.concat(chunks).toString()).variables));
    response.writeHead(200, {
      "content-type": "application/json; charset=utf-8",
      "content-length": Buffer.byteLength(body),
    });
    response.end(body);
  });
});
server.listen({ port: Number(process.env.PORT ?? 0), host: "127.0.0.1" }, () => {
  process.stdout.write(`ready http://127.0.0.1:${server.address().port}/\n`);
});
