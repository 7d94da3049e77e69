import DataLoader from "dataloader";

/** Gathers what is asked for in one tick, by all requests of the process, into as few calls as possible. */
export interface Batch<Kind extends string, T> {
  /** What the call that `id` was part of gave: of all its ids, in no order. */
  load(id: string, kind: Kind): Promise<readonly T[]>;
}

/** `read` takes up to `size` ids of one kind. Equal ids of a tick are one. */
export function createBatch<Kind extends string, T>(
  size: number,
  read: (ids: readonly string[], kind: Kind) => Promise<readonly T[]>,
): Batch<Kind, T> {
  const byKind = new Map<Kind, DataLoader<string, readonly T[]>>();
  const loaderOf = (kind: Kind): DataLoader<string, readonly T[]> => {
    const readAll = async (ids: readonly string[]): Promise<(readonly T[])[]> => {
      const found = await read([...new Set(ids)], kind);
      return ids.map(() => found);
    };
    const loader = byKind.get(kind) ?? new DataLoader(readAll, { cache: false, maxBatchSize: size });
    byKind.set(kind, loader);
    return loader;
  };
  return { load: (id, kind) => loaderOf(kind).load(id) };
}
