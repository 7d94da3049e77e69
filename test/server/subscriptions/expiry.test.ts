import { once } from "node:events";
import { createClient } from "graphql-ws";
import { describe, expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { createFakeClock } from "../../support/fake-clock.js";
import { MARKER } from "../../support/fixtures.js";
import { CHANGED, subscribe } from "../../support/live.js";
import { createSignedInHarness, signedIn } from "../../support/signed-in.js";

const ISSUED_AT_MS = Date.UTC(2026, 2, 2);
/** The token is accepted for ten seconds: less than the interval of pings and of reads. */
const LIFE_MS = 10_000;
/** Clock skew that the service tolerates. */
const SKEW_MS = 30_000;

async function startWithToken() {
  const clock = createFakeClock(ISSUED_AT_MS);
  const harness = await createSignedInHarness({ clock });
  const headers = await signedIn(harness, MARKER, [], { exp: (ISSUED_AT_MS + LIFE_MS - SKEW_MS) / 1000 });
  return { clock, harness, headers };
}

describe("a subscription whose token expires", () => {
  it("over server-sent events ends with UNAUTHENTICATED when the token does", async () => {
    const { clock, harness, headers } = await startWithToken();
    const live = subscribe("sse", harness.url, { userId: MARKER }, { headers });
    await live.change();
    const ended = live.next();
    await clock.advance(LIFE_MS);
    expect((await ended)?.errors?.[0]).toMatchObject({ extensions: { code: "UNAUTHENTICATED" } });
    expect(await live.next()).toBeNull();
  });

  it("over a WebSocket closes it with 4403, after which clients reconnect with a fresh token", async () => {
    const { clock, harness, headers } = await startWithToken();
    const socket = new WebSocket(`${harness.url.replace("http", "ws")}/graphql`, "graphql-transport-ws");
    await once(socket, "open");
    socket.send(JSON.stringify({ type: "connection_init", payload: headers }));
    await once(socket, "message");
    const closed = once(socket, "close");
    await clock.advance(LIFE_MS);
    expect((await closed)[0]).toBe(4403);
  });

  it("is resumed by graphql-ws's client with a fresh token: no subscription of the socket is lost", async () => {
    const { clock, harness, headers } = await startWithToken();
    const fresh = await signedIn(harness, MARKER);
    let connections = 0;
    const client = createClient({
      url: `${harness.url.replace("http", "ws")}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: () => (connections++ === 0 ? headers : fresh),
      shouldRetry: () => true,
      retryWait: async () => {},
    });
    onTestFinished(() => void client.dispose());
    const subscriptions = Array.from({ length: 10 }, () =>
      client.iterate({ query: CHANGED, variables: { userId: MARKER } }),
    );
    for (const subscription of subscriptions) await subscription.next();
    const next = Promise.all(subscriptions.map((subscription) => subscription.next()));
    await clock.advance(LIFE_MS);
    const messages = await next;
    expect(messages.map(({ value, done }) => [done, value?.errors])).toEqual(messages.map(() => [false, undefined]));
    expect(connections).toBe(2);
  });

  it("goes on until then", async () => {
    const { clock, harness, headers } = await startWithToken();
    const live = subscribe("sse", harness.url, { userId: MARKER }, { headers });
    await live.change();
    const next = live.next();
    await clock.advance(LIFE_MS - 1000);
    const still = await Promise.race([next.then(() => "ended"), clock.advance(1).then(() => "open")]);
    expect(still).toBe("open");
    await live.end();
  });
});
