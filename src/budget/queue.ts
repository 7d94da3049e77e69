/** Whose turn it is: calls wait in a line per caller, and the lines are served in turn. */
export interface FairQueue<T> {
  readonly size: number;
  push(caller: string, item: T): void;
  /** Takes the item whose turn it is, of the callers that `mayGo` lets through. */
  shift(mayGo: (caller: string) => boolean): T | undefined;
  /** Takes an item out of turn. */
  remove(caller: string, item: T): void;
  /**
   * How many items, of those callers, can be served before one that `caller` adds now, were the others' lines to grow as
   * long as its own.
   */
  placeOf(caller: string, mayGo: (caller: string) => boolean): number;
  /** How many items those callers have waiting. */
  count(mayGo: (caller: string) => boolean): number;
}

/**
 * Round robin over callers: what deficit round robin comes to where every item costs the same, which a call does. The
 * order of the map is the order of turns.
 */
export function createFairQueue<T>(): FairQueue<T> {
  const lines = new Map<string, T[]>();
  let size = 0;
  const drop = (caller: string, line: T[]): void => {
    size -= 1;
    if (line.length === 0) lines.delete(caller);
  };
  return {
    get size() {
      return size;
    },
    push(caller, item) {
      const line = lines.get(caller);
      if (line) line.push(item);
      else lines.set(caller, [item]);
      size += 1;
    },
    shift(mayGo) {
      for (const [caller, line] of lines) {
        if (!mayGo(caller)) continue;
        const item = line.shift();
        lines.delete(caller);
        if (line.length > 0) lines.set(caller, line);
        size -= 1;
        return item;
      }
      return undefined;
    },
    remove(caller, item) {
      const line = lines.get(caller);
      const place = line?.indexOf(item) ?? -1;
      if (!line || place < 0) return;
      line.splice(place, 1);
      drop(caller, line);
    },
    placeOf(caller, mayGo) {
      const own = lines.get(caller)?.length ?? 0;
      let place = own;
      for (const other of lines.keys()) if (other !== caller && mayGo(other)) place += own + 1;
      return place;
    },
    count(mayGo) {
      let count = 0;
      for (const [caller, line] of lines) if (mayGo(caller)) count += line.length;
      return count;
    },
  };
}
