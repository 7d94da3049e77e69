// Clients that follow changing lists, leave now and then, and come back with their last resume token.
import { setTimeout as sleep } from "node:timers/promises";
import { createClient as createSseClient } from "graphql-sse";
import { createClient as createWsClient } from "graphql-ws";
import { request } from "undici";
import { WebSocket } from "ws";

const LISTS = 10;
const WATCHERS = 40;
const TASKS = 30;
/** Maximum milliseconds that a client follows a list before leaving. */
const STAY_MS = 30_000;
const LIST = `query ($userId: ID!) { examMarkingTasks(userId: $userId, first: 100) {
  edges { node { id } } pageInfo { hasNextPage } interruption { code } } }`;
const CHANGED = `subscription ($userId: ID!, $since: String) { examMarkingTasksChanged(userId: $userId, since: $since) {
  tasks { id talent { name } } removedIds position interruption { code } } }`;

const subscribeBy = {
  sse: (url, payload) => createSseClient({ url: `${url}/graphql`, retryAttempts: 0 }).iterate(payload),
  websocket: (url, payload) =>
    createWsClient({
      url: `${url.replace("http", "ws")}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      lazyCloseTimeout: 0,
    }).iterate(payload),
};

/** Reads a whole list, with as many attempts as it takes. */
async function readList(url, userId) {
  for (;;) {
    const answer = await request(`${url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", "cache-control": "no-cache" },
      body: JSON.stringify({ query: LIST, variables: { userId } }),
    });
    const list = (await answer.body.json()).data?.examMarkingTasks;
    if (list && !list.interruption && !list.pageInfo.hasNextPage) return list.edges.map(({ node }) => node.id);
    await sleep(500);
  }
}

/** Follows one list until `over` aborts, and returns its view of the list. */
function follow(url, userId, way, over) {
  const known = new Set();
  const counts = { messages: 0, resumed: 0, interruptions: 0, twice: 0 };
  let position = null;
  const take = async ({ tasks, removedIds, position: at, interruption }) => {
    counts.messages += 1;
    if (interruption) counts.interruptions += 1;
    if (position === null && at !== null) for (const id of await readList(url, userId)) known.add(id);
    for (const { id } of tasks) known.add(id);
    for (const id of removedIds) if (!known.delete(id)) counts.twice += 1;
    position = at ?? position;
  };
  const stay = async () => {
    const payload = { query: CHANGED, variables: { userId, since: position } };
    const messages = subscribeBy[way](url, payload);
    const leave = setTimeout(() => void messages.return(), Math.random() * STAY_MS);
    try {
      for await (const { data } of messages) if (data) await take(data.examMarkingTasksChanged);
    } catch {
      // The client comes back, with what it knows.
    } finally {
      clearTimeout(leave);
      await messages.return();
    }
  };
  const done = (async () => {
    while (!over.aborted) {
      await stay();
      counts.resumed += 1;
      await sleep(Math.random() * 1000);
    }
  })();
  return { known, counts, done };
}

/**
 * Starts clients that follow lists that change every second.
 * `end` compares the clients' views with the actual lists.
 */
export function startWatchers(url, sandbox) {
  const over = new AbortController();
  const markers = Array.from({ length: LISTS }, () => sandbox.world.addMarker(TASKS));
  let changes = 0;
  const change = () => {
    const { tasks } = markers[changes % LISTS];
    changes += 1;
    const place = Math.floor(Math.random() * tasks.length);
    if (tasks.length > TASKS - 10 && changes % 2 === 0) tasks.splice(place, 1);
    else tasks.splice(place, 0, sandbox.world.newTask());
    if (tasks.length > TASKS + 10) tasks.pop();
  };
  let timer = setInterval(change, 1000);
  const watchers = Array.from({ length: WATCHERS }, (_, n) => {
    const marker = markers[n % LISTS];
    return { marker, ...follow(url, marker.ids.open_id, n % 2 === 0 ? "sse" : "websocket", over.signal) };
  });
  return {
    /** Stops changing the lists. */
    rest() {
      clearInterval(timer);
      timer = null;
    },
    /** Ends all clients. A view that differs from the actual list shows that something was lost. */
    async end() {
      const wrong = watchers.filter(({ marker, known }) => {
        const ids = new Set(marker.tasks.map(({ id }) => id));
        return ids.size !== known.size || [...ids].some((id) => !known.has(id));
      });
      over.abort();
      await Promise.all(watchers.map(({ done }) => done));
      const sum = (name) => watchers.reduce((total, { counts }) => total + counts[name], 0);
      const told = Object.fromEntries(
        ["messages", "resumed", "interruptions", "twice"].map((name) => [name, sum(name)]),
      );
      return { changes, watchers: WATCHERS, ...told, wrong: wrong.length };
    },
  };
}
