import DataLoader from "dataloader";
import type { CancelSignal } from "../cancellation.js";
import { whenAllAbort } from "../feishu/abortable.js";
import type { Payer } from "../feishu/call.js";
import { UpstreamError } from "../feishu/errors.js";

/** Who asks. */
export interface Asker {
  readonly payer: Payer;
  /** Ends this one's wait; a call ends when nobody waits for it. */
  readonly signal: CancelSignal;
}

/** Gathers what is asked for in one tick, by all requests of the process, into as few calls as possible. */
export interface Batch<Kind extends string, T> {
  /** What the call that `id` was part of gave: of all its ids, in no order. */
  load(id: string, kind: Kind, asker: Asker): Promise<readonly T[]>;
}

/** One id, and who wants it. */
interface Wish {
  readonly id: string;
  readonly asker: Asker;
}

/**
 * `read` takes up to `size` ids of one kind. Equal ids of a tick are one. A call that Feishu refuses is made again in halves:
 * one id that somebody made up must not cost the others theirs.
 */
export function createBatch<Kind extends string, T>(
  size: number,
  read: (ids: readonly string[], kind: Kind, asker: Asker) => Promise<readonly T[]>,
): Batch<Kind, T> {
  const byKind = new Map<Kind, DataLoader<Wish, readonly T[]>>();

  const readAll = async (ids: readonly string[], kind: Kind, asker: Asker): Promise<(readonly T[] | Error)[]> => {
    try {
      const found = await read([...new Set(ids)], kind, asker);
      return ids.map(() => found);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (ids.length === 1 || !isRefusal(error)) return ids.map(() => error);
      const middle = Math.ceil(ids.length / 2);
      const again = { ...asker, payer: payingExtra(asker.payer) };
      const halves = [ids.slice(0, middle), ids.slice(middle)].map((half) => readAll(half, kind, again));
      return (await Promise.all(halves)).flat();
    }
  };

  const loaderOf = (kind: Kind): DataLoader<Wish, readonly T[]> => {
    const readWishes = (wishes: readonly Wish[]) =>
      readAll(
        wishes.map(({ id }) => id),
        kind,
        together(wishes.map(({ asker }) => asker)),
      );
    const loader = byKind.get(kind) ?? new DataLoader(readWishes, { cache: false, maxBatchSize: size });
    byKind.set(kind, loader);
    return loader;
  };
  return { load: (id, kind, asker) => loaderOf(kind).load({ id, asker }) };
}

/** Those who share a call: the first pays, and it is wanted until the last has left or run out of time. */
function together(askers: readonly Asker[]): Asker {
  const [first] = askers;
  if (!first || askers.length === 1) return first as Asker;
  const deadlineMs = Math.max(...askers.map(({ payer }) => payer.deadlineMs));
  const signals = new Set(askers.map(({ signal }) => signal));
  return {
    payer: { ...first.payer, deadlineMs },
    signal: signals.size === 1 ? first.signal : whenAllAbort([...signals]),
  };
}

/** Every call of this payer's is one that no plan foresees. */
export const payingExtra = (payer: Payer): Payer => ({ ...payer, note: (endpoint) => payer.note?.(endpoint, true) });

/** Whether Feishu objects to what is asked for, and not to being asked. */
const isRefusal = (error: Error): boolean => error instanceof UpstreamError && error.code === "UPSTREAM_BAD_REQUEST";
