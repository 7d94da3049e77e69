import DataLoader from "dataloader";

/**
 * A loader for a resource that can only be read one id at a time: equal ids of one request share one read, and each id
 * settles by itself, so that neither a slow nor a broken one holds the others up.
 */
export function createByIdLoader<T>(name: string, read: (id: string) => Promise<T>): DataLoader<string, T> {
  // DataLoader awaits the batch, but not the promises in it: that is what lets every key settle alone.
  const startAll = async (ids: readonly string[]): Promise<T[]> => ids.map(read) as unknown as T[];
  return new DataLoader(startAll, { name });
}
