/** Waiting entries, grouped by caller. */
export interface Queued {
  readonly caller: string;
  /** Its caller has asked for little lately, and has nothing else waiting. */
  readonly isLight: boolean;
}

/** Calls wait in a line per caller, and the lines are served in turn. Every operation takes constant time. */
export interface FairQueue<T extends Queued> {
  readonly size: number;
  /** Number of waiting items of light callers. */
  readonly lightSize: number;
  push(item: T): void;
  /** Takes the item whose turn it is. */
  shift(): T | undefined;
  /** Takes the oldest item of a light caller. */
  shiftLight(): T | undefined;
  /** Takes a certain item out. */
  remove(item: T): void;
  /** Number of items served before one that `caller` adds now, if all other lines grew as long as its own. */
  placeOf(caller: string): number;
  /** True if `caller` has an entry waiting. */
  has(caller: string): boolean;
}

/**
 * Round robin over callers: deficit round robin where every item costs the same, as calls of one endpoint do. The map's order
 * is the order of turns.
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
