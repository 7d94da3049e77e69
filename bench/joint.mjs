// Compares one call per row (get_detail with job and talent) with three, on cold pages under the documented quotas.
// npm run bench:joint  (half a minute; loopback only)
import "reflect-metadata";
import { buildApp } from "../build/bootstrap/app.js";
import { parseConfig } from "../build/config/config.js";
import { systemClock } from "../build/core/clock.js";
import { startSandbox } from "../build/sandbox/server.js";

const PAGE_SIZES = [5, 10, 20, 45];
const BELOW = "job { title code } talent { name email } application { stage { id } }";

const rows = [];
for (const first of PAGE_SIZES) {
  for (const JOINT_READS of ["off", "on"]) rows.push(await measure(first, JOINT_READS));
}
console.table(rows);

/** Measures a cold page, then the same page of another marker while the quotas are still in use. */
async function measure(first, JOINT_READS) {
  const sandbox = await startSandbox();
  const config = parseConfig({
    FEISHU_APP_ID: "cli_bench",
    FEISHU_APP_SECRET: "sandbox-secret",
    FEISHU_BASE_URL: sandbox.url,
    JOINT_READS,
  });
  const app = await buildApp(config, { clock: systemClock, logger: false });
  const url = await app.listen({ host: "127.0.0.1", port: 0 });
  await ask(url, "{ __typename }");
  const markers = sandbox.world.markers.filter(({ tasks }) => tasks.length >= first).slice(0, 2);
  const result = { first, JOINT_READS };
  for (const [i, marker] of markers.entries()) {
    sandbox.calls.clear();
    const start = performance.now();
    await ask(
      url,
      `{ examMarkingTasks(userId: "${marker.ids.open_id}", first: ${first}) { edges { node { ${BELOW} } } } }`,
    );
    result[`page ${i + 1} ms`] = Math.round(performance.now() - start);
    const calls = [...sandbox.calls].filter(([key]) => !key.includes("/auth/"));
    result[`page ${i + 1} calls`] = calls.reduce((sum, [, count]) => sum + count, 0);
  }
  result.throttled = sandbox.throttledCalls();
  await app.close();
  await sandbox.close();
  return result;
}

async function ask(url, query) {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${url}/graphql`, { method: "POST", headers, body: JSON.stringify({ query }) });
  const { errors } = await answer.json();
  if (errors) throw new Error(JSON.stringify(errors));
}
