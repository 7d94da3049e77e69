import DataLoader from "dataloader";
import { whenAllAbort } from "../feishu/auth/abortable.js";
import type { CallContext } from "../feishu/call.js";
import { UpstreamError } from "../feishu/errors.js";

/** Collects the ids requested in one tick, across all operations of the process, into as few calls as possible. */
export interface Batch<Kind extends string, T> {
  /** Returns the entities that the call with `id` returned: those of all ids in the batch, in any order. */
  load(id: string, kind: Kind, context: CallContext): Promise<readonly T[]>;
}

interface BatchKey {
  readonly id: string;
  readonly context: CallContext;
}

/**
 * Creates a batch; `read` takes up to `size` ids of one kind, and `idOf` returns the id that an entity answers. Equal ids
 * in a tick are sent once. A call that Feishu rejects is repeated in halves, so that one invalid id does not fail the
 * others. So is a call with an entity whose id cannot be read: any of the ids may lack it.
 */
export function createBatch<Kind extends string, T>(
  size: number,
  read: (ids: readonly string[], kind: Kind, context: CallContext) => Promise<readonly T[]>,
  idOf: (entity: T, kind: Kind) => unknown,
): Batch<Kind, T> {
  const byKind = new Map<Kind, DataLoader<BatchKey, readonly T[]>>();

  const readAll = async (
    ids: readonly string[],
    kind: Kind,
    context: CallContext,
  ): Promise<(readonly T[] | Error)[]> => {
    try {
      const found = await read([...new Set(ids)], kind, context);
      const unread = found.map((entity) => idOf(entity, kind)).find((id) => id instanceof UpstreamError);
      if (unread) throw new UnreadId(unread.code, unread.message, unread.upstream);
      return ids.map(() => found);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (ids.length === 1 || !isOfOneId(error)) return ids.map(() => error);
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

/**
 * Returns the context of a shared call: the first caller's, with the latest deadline. It aborts once all callers have
 * aborted.
 */
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

/** Error of an entity that cannot be assigned to an id. */
class UnreadId extends UpstreamError {}

/** Returns true if the error is of one of the ids rather than of the call itself. */
const isOfOneId = (error: Error): boolean =>
  error instanceof UnreadId || (error instanceof UpstreamError && error.code === "UPSTREAM_BAD_REQUEST");
