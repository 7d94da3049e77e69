import DataLoader from "dataloader";
import { UpstreamError } from "../feishu/errors.js";

/** Gathers what is asked for in one tick, by all requests of the process, into as few calls as possible. */
export interface Batch<Kind extends string, T> {
  /** What the call that `id` was part of gave: of all its ids, in no order. */
  load(id: string, kind: Kind): Promise<readonly T[]>;
}

/**
 * `read` takes up to `size` ids of one kind. Equal ids of a tick are one. A call that Feishu refuses is made again in halves:
 * one id that somebody made up must not cost the others theirs.
 */
export function createBatch<Kind extends string, T>(
  size: number,
  read: (ids: readonly string[], kind: Kind) => Promise<readonly T[]>,
): Batch<Kind, T> {
  const byKind = new Map<Kind, DataLoader<string, readonly T[]>>();

  const readAll = async (ids: readonly string[], kind: Kind): Promise<(readonly T[] | Error)[]> => {
    try {
      const found = await read([...new Set(ids)], kind);
      return ids.map(() => found);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (ids.length === 1 || !isRefusal(error)) return ids.map(() => error);
      const middle = Math.ceil(ids.length / 2);
      const halves = await Promise.all([readAll(ids.slice(0, middle), kind), readAll(ids.slice(middle), kind)]);
      return halves.flat();
    }
  };

  const loaderOf = (kind: Kind): DataLoader<string, readonly T[]> => {
    const loader =
      byKind.get(kind) ?? new DataLoader((ids) => readAll(ids, kind), { cache: false, maxBatchSize: size });
    byKind.set(kind, loader);
    return loader;
  };
  return { load: (id, kind) => loaderOf(kind).load(id) };
}

/** Whether Feishu objects to what is asked for, and not to being asked. */
const isRefusal = (error: Error): boolean => error instanceof UpstreamError && error.code === "UPSTREAM_BAD_REQUEST";
