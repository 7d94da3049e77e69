// A simulated Feishu for measuring. It answers as fast as a socket can, from bodies made once, for any marker.
// Environment: PORT, DELAY_MS, BODIES (`full`: the sandbox's, 9 kB a talent; `small`: a few fields, 0.5 kB).
// GET /__calls returns the number of calls.
// The sandbox itself checks quotas, tokens and faults, so a bench would measure the sandbox.
import net from "node:net";
import { applicationBody } from "../../build/sandbox/bodies/application.js";
import { jobBody } from "../../build/sandbox/bodies/job.js";
import { talentBody } from "../../build/sandbox/bodies/talent.js";

const DELAY_MS = Number(process.env.DELAY_MS ?? 0);
const TASKS = 200;
/**
 * Jobs on a page of 20, as in the sandbox. Several candidates share a job.
 * Each candidate and each application takes one call.
 */
const JOBS_A_PAGE = 5;
const CREATOR = "ou_e6139117c300506837def50545420c6a";
const VARIANTS = 6;

const idOf = (kind, marker, n) => `73${kind}${String(marker).padStart(12, "0")}${String(n).padStart(4, "0")}`;
const answer = (body) => {
  const text = JSON.stringify(body);
  const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json; charset=utf-8\r\nx-tt-logid: 202601010000000000000000000000\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n`;
  return head + text;
};
const success = (data) => answer({ code: 0, msg: "success", data });

/** Placeholders in the bodies, each as long as an id. */
const [ID, OTHER, THIRD] = ["@", "#", "~"].map((mark) => mark.repeat(19));
const variants = (make) => Array.from({ length: VARIANTS }, (_, n) => success(make(n)));
const isSmall = process.env.BODIES === "small";
const pick = (body, names) => (isSmall ? Object.fromEntries(names.map((name) => [name, body[name]])) : body);
const jobs = variants((n) => ({ job: pick(jobBody(ID, n, CREATOR), ["id", "title", "code", "department", "city"]) }));
const talents = variants((n) => {
  const { basic_info, ...body } = pick(talentBody(ID, n, CREATOR, OTHER), ["talent_id", "basic_info", "tag_list"]);
  return { ...body, basic_info: pick(basic_info, ["name", "email", "mobile_number", "experience_years", "gender"]) };
});
const applications = variants((n) => ({
  application: pick(applicationBody({ id: ID, jobId: OTHER, talentId: THIRD }, n, CREATOR), [
    "id",
    "job_id",
    "talent_id",
    "stage",
    "active_status",
    "creator_id",
  ]),
}));

function list(search) {
  const marker = Number(/user_id=ou_(\d+)/.exec(search)?.[1] ?? 0);
  const from = Number(/page_token=(\d+)/.exec(search)?.[1] ?? 0);
  const items = Array.from({ length: Math.min(20, TASKS - from) }, (_, i) => {
    const n = from + i;
    const job_id = idOf(1, marker, from + (i % JOBS_A_PAGE));
    return {
      id: idOf(9, marker, n),
      job_id,
      talent_id: idOf(2, marker, n),
      application_id: idOf(3, marker, n),
      activity_status: 1,
    };
  });
  const next = from + 20;
  return success({ has_more: next < TASKS, ...(next < TASKS && { page_token: String(next) }), items });
}

let calls = 0;
function respond(path) {
  if (path === "/__calls") return answer({ calls });
  if (path.startsWith("/open-apis/auth/"))
    return answer({ code: 0, msg: "ok", tenant_access_token: "t-bench", expire: 7200 });
  calls += 1;
  if (path.startsWith("/open-apis/hire/v1/exam_marking_tasks")) return list(path);
  const id = path.slice(path.lastIndexOf("/") + 1);
  const marker = Number(id.slice(3, 15));
  const n = Number(id.slice(15));
  const from = (bodies) => bodies[n % VARIANTS].replaceAll(ID, id);
  if (path.startsWith("/open-apis/hire/v1/jobs/")) return from(jobs);
  if (path.startsWith("/open-apis/hire/v2/talents/")) return from(talents).replaceAll(OTHER, idOf(3, marker, n));
  return from(applications)
    .replaceAll(OTHER, idOf(1, marker, n - (n % 20) + ((n % 20) % JOBS_A_PAGE)))
    .replaceAll(THIRD, idOf(2, marker, n));
}

const server = net.createServer({ noDelay: true }, (socket) => {
  let received = "";
  socket.on("error", () => {});
  socket.on("data", (chunk) => {
    received += chunk.latin1Slice();
    for (let end = received.indexOf("\r\n\r\n"); end >= 0; end = received.indexOf("\r\n\r\n")) {
      const head = received.slice(0, end);
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (received.length < end + 4 + length) return;
      received = received.slice(end + 4 + length);
      const bytes = respond(head.split(" ", 2)[1]);
      if (DELAY_MS > 0) setTimeout(() => socket.write(bytes), DELAY_MS);
      else socket.write(bytes);
    }
  });
});
server.listen({ host: "127.0.0.1", port: Number(process.env.PORT ?? 0), backlog: 4096 }, () => {
  process.stdout.write(`ready http://127.0.0.1:${server.address().port}\n`);
});
