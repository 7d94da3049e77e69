import DataLoader from "dataloader";
import { whenAllAbort } from "../feishu/auth/abortable.js";
import type { CallContext } from "../feishu/call.js";
import { UpstreamError } from "../feishu/errors.js";

/** Gathers the ids asked for in one tick, by all operations of the process, into as few calls as possible. */
export interface Batch<Kind extends string, T> {
  /** Entities that the call with `id` returned, for all ids of the batch and in any order. */
  load(id: string, kind: Kind, context: CallContext): Promise<readonly T[]>;
}

interface BatchKey {
  readonly id: string;
  readonly context: CallContext;
}

/**
 * `read` takes up to `size` ids of one kind. Equal ids of a tick are one. A call that Feishu refuses is made again in halves:
 * one invented id must not cost the others theirs.
 */
export function createBatch<Kind extends string, T>(
  size: number,
  read: (ids: readonly string[], kind: Kind, context: CallContext) => Promise<readonly T[]>,
): Batch<Kind, T> {
  const byKind = new Map<Kind, DataLoader<BatchKey, readonly T[]>>();

  const readAll = async (
    ids: readonly string[],
    kind: Kind,
    context: CallContext,
  ): Promise<(readonly T[] | Error)[]> => {
    try {
      const found = await read([...new Set(ids)], kind, context);
      return ids.map(() => found);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (ids.length === 1 || !isRefusal(error)) return ids.map(() => error);
      const middle = Math.ceil(ids.length / 2);
      const again = { ...context, isExtra: true };
      const halves = [ids.slice(0, middle), ids.slice(middle)].map((half) => readAll(half, kind, again));
      return (await Promise.all(halves)).flat();
    }
  };

  const loaderOf = (kind: Kind): DataLoader<BatchKey, readonly T[]> => {
    const readKeys = (keys: readonly BatchKey[]) =>
      readAll(
        keys.map(({ id }) => id),
        kind,
        sharedContext(keys.map(({ context }) => context)),
      );
    const loader = byKind.get(kind) ?? new DataLoader(readKeys, { cache: false, maxBatchSize: size });
    byKind.set(kind, loader);
    return loader;
  };
  return { load: (id, kind, context) => loaderOf(kind).load({ id, context }) };
}

/** The context of a shared call: the first one's, wanted until the last has left or run out of time. */
function sharedContext(contexts: readonly CallContext[]): CallContext {
  const [first] = contexts as [CallContext];
  const { caller, observer, isExtra = false } = first;
  const signals = new Set(contexts.map(({ signal }) => signal));
  return {
    caller,
    isExtra,
    ...(observer && { observer }),
    deadlineMs: Math.max(...contexts.map(({ deadlineMs }) => deadlineMs)),
    signal: signals.size === 1 ? first.signal : whenAllAbort([...signals]),
  };
}

/** True if Feishu rejects the ids of the call, rather than the call itself. */
const isRefusal = (error: Error): boolean => error instanceof UpstreamError && error.code === "UPSTREAM_BAD_REQUEST";
