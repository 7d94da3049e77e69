import type { CancelSignal } from "../cancellation.js";
import type { Payer } from "../feishu/call.js";
import type { Send } from "../feishu/client.js";
import type { Endpoint } from "../feishu/endpoints.js";
import type { Answered } from "../feishu/told.js";
import type { Asker } from "./batch.js";
import type { Answer, EntityCache, Freshness } from "./entity-cache.js";
import type { ReadTrace } from "./flights.js";
import type { Ledger } from "./ledger.js";

/** What reads are shared by. */
export interface SharerParts {
  readonly send: Send;
  readonly cache: EntityCache;
  /** Whose data it is: part of every key. */
  readonly tenant: string;
}

/** Who reads: one operation, which pays for what is called because of it. */
export interface Reader {
  /** Ends this reader's wait, and the read itself when nobody else waits for it. */
  readonly signal: CancelSignal;
  /** Wants an answer that is fetched now, whatever is held. */
  readonly fresh: boolean;
  /** Callers are served in turn where the quota is short. */
  readonly caller: string;
  /** When answers are no longer wanted, on the injected clock. */
  readonly deadlineMs: number;
  readonly ledger: Ledger;
  /** Told, for each answer given, for how many milliseconds it stays fresh. */
  onAnswer?(freshForMs: number): void;
  /** Follows what is read, where operations are traced. */
  readonly trace?: ReadTrace;
}

/** Of nothing there is no more to parse. */
const keep = <T extends { readonly id: string }>(answered: Answered<T> | null): Answered<T> | null =>
  answered?.kept() ?? null;

/** Reads through the cache, at the reader's expense. */
export function createSharer({ send, cache, tenant }: SharerParts) {
  const keyOf = (endpoint: string, arguments_: readonly unknown[]): string =>
    JSON.stringify([tenant, endpoint, ...arguments_]);

  const payerOf = ({ caller, deadlineMs, ledger, trace }: Reader, isExtra: boolean): Payer => ({
    caller,
    deadlineMs,
    note: isExtra ? (endpoint) => ledger.called(endpoint, true) : ledger.called,
    onCall: ledger.ended,
    ...(trace && { trace: trace.call }),
  });

  /** What is read is kept as it is. */
  const shared = <T>(
    { key }: Endpoint,
    arguments_: readonly unknown[],
    freshness: Freshness,
    reader: Reader,
    read: (send: Send, asker: Asker) => Promise<T>,
    isExtra = false,
  ): Promise<T> => {
    const fetch = async (signal: CancelSignal): Promise<Answer<T>> => {
      let bytes = 0;
      const payer = payerOf(reader, isExtra);
      const metered: Send = (call) =>
        send({
          ...call,
          payer,
          onAnswer: ({ length }) => {
            bytes += length;
          },
        });
      const value = await read(metered, { payer, signal });
      // A batch's answer is everybody's: what this part of it takes up is not told by its length.
      return { value, bytes: bytes || JSON.stringify(value).length };
    };
    return cache.read(keyOf(key, arguments_), freshness, reader, fetch, (how) => reader.ledger.spared(key, how));
  };

  /** What is read is kept as the text that it came in: few fields of it are wanted, and mostly once. */
  const sharedEntity = <T extends { readonly id: string }>(
    { key }: Endpoint,
    arguments_: readonly unknown[],
    freshness: Freshness,
    reader: Reader,
    read: (send: Send, signal: CancelSignal) => Promise<Answered<T> | null>,
  ): Promise<Answered<T> | null> => {
    const fetch = async (signal: CancelSignal): Promise<Answer<Answered<T> | null>> => {
      let bytes = 0;
      const onAnswer = ({ length }: Buffer): void => {
        bytes = length;
      };
      const payer = payerOf(reader, false);
      const value = await read((call) => send({ ...call, payer, onAnswer }), signal);
      return { value, bytes, thaw: keep };
    };
    return cache.read(keyOf(key, arguments_), freshness, reader, fetch, (how) => reader.ledger.spared(key, how));
  };
  return { keyOf, shared, sharedEntity };
}
