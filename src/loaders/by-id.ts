import DataLoader from "dataloader";
import { UpstreamError } from "../feishu/errors.js";

/**
 * A loader for a resource that can only be read one id at a time: equal ids of one request share one read, and each id
 * settles by itself, so that neither a slow nor a broken one holds the others up.
 */
export function createByIdLoader<T extends { id: string }>(
  name: string,
  read: (id: string) => Promise<T | null>,
): DataLoader<string, T | null> {
  const readOne = async (id: string): Promise<T | null> => {
    const thing = await read(id);
    if (thing && thing.id !== id)
      throw new UpstreamError("UPSTREAM_CONTRACT", `Feishu answered with another ${name}`, null);
    return thing;
  };
  // DataLoader awaits the batch, but not the promises in it: that is what lets every key settle alone.
  const startAll = async (ids: readonly string[]) => ids.map(readOne) as unknown as (T | null)[];
  return new DataLoader(startAll, { name });
}
