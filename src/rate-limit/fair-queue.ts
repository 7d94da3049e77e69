/** Waiting entry; entries are grouped by caller. */
export interface Queued {
  readonly caller: string;
  /** True if the caller has made few calls lately and has nothing else waiting. */
  readonly isLight: boolean;
}

/** Queue with one line per caller; the lines are served in turn. Every operation takes constant time. */
export interface FairQueue<T extends Queued> {
  readonly size: number;
  /** Number of waiting items of light callers. */
  readonly lightSize: number;
  push(item: T): void;
  /** Removes and returns the item whose turn it is. */
  shift(): T | undefined;
  /** Removes and returns the oldest item of a light caller. */
  shiftLight(): T | undefined;
  /** Removes an item, whatever its turn. */
  remove(item: T): void;
  /**
   * Returns the number of items served before one that `caller` adds now.
   * Assumes that all other lines grow as long as the caller's own.
   */
  placeOf(caller: string): number;
  /** Returns true if `caller` has an entry waiting. */
  has(caller: string): boolean;
}

/**
 * Creates a round robin queue over callers.
 * It is deficit round robin with equal costs, because calls of one endpoint cost the same.
 * The order of the map is the order of turns.
 */
export function createFairQueue<T extends Queued>(): FairQueue<T> {
  const lines = new Map<string, Set<T>>();
  const light = new Set<T>();
  let size = 0;
  const remove = (item: T): boolean => {
    const line = lines.get(item.caller);
    if (!line?.delete(item)) return false;
    if (line.size === 0) lines.delete(item.caller);
    light.delete(item);
    size -= 1;
    return true;
  };
  return {
    get size() {
      return size;
    },
    get lightSize() {
      return light.size;
    },
    push(item) {
      const line = lines.get(item.caller);
      if (line) line.add(item);
      else lines.set(item.caller, new Set([item]));
      if (item.isLight) light.add(item);
      size += 1;
    },
    shift() {
      for (const [caller, line] of lines) {
        const [item] = line;
        if (!item) continue;
        lines.delete(caller);
        lines.set(caller, line);
        remove(item);
        return item;
      }
      return undefined;
    },
    shiftLight() {
      const [item] = light;
      if (item) remove(item);
      return item;
    },
    remove,
    placeOf(caller) {
      const own = lines.get(caller)?.size ?? 0;
      const others = lines.size - (own > 0 ? 1 : 0);
      return own + others * (own + 1);
    },
    has: (caller) => lines.has(caller),
  };
}
