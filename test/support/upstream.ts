import { setMaxListeners } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { type Clock, systemClock } from "../../src/core/clock.js";
import { createTransport, type Transport } from "../../src/feishu/http/transport.js";

/** Starts a raw HTTP server for responses that the sandbox never sends; it closes with the test. */
export async function startUpstream(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Creates a transport to `baseUrl` that closes with the test. */
export function openTransport(baseUrl: string, clock: Clock = systemClock, timeoutMs = 5000): Transport {
  const transport = createTransport({ baseUrl, clock, timeoutMs });
  onTestFinished(() => transport.close());
  return transport;
}

/** Returns a signal that never aborts and accepts any number of listeners. */
export function neverAborted(): AbortSignal {
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  return signal;
}
