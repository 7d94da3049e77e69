const INITIAL_CAPACITY = 16;

/**
 * Ring buffer of ascending times in milliseconds, which grows with use.
 * Adding takes constant time and counting is a binary search.
 * The cost of a call therefore does not depend on the size of its quota.
 */
export class ArrivalLog {
  #times = new Float64Array(INITIAL_CAPACITY);
  /** Sequence number of the oldest entry. */
  #first = 0;
  /** Sequence number of the next entry. */
  #next = 0;

  get size(): number {
    return this.#next - this.#first;
  }

  /** Adds a time and returns its sequence number. A time before the newest entry is raised to that entry. */
  add(atMs: number): number {
    if (this.size === this.#times.length) this.#grow();
    const sequence = this.#next;
    this.#next += 1;
    this.#set(sequence, sequence === this.#first ? atMs : Math.max(atMs, this.#at(sequence - 1)));
    return sequence;
  }

  /** Moves an entry to an earlier time, but not before the preceding entry. */
  lower(sequence: number, atMs: number): void {
    if (sequence < this.#first) return;
    const earliestMs = sequence === this.#first ? atMs : Math.max(atMs, this.#at(sequence - 1));
    if (earliestMs < this.#at(sequence)) this.#set(sequence, earliestMs);
  }

  /** Returns the time of the `place`-th newest entry, 1 being the newest; `undefined` when there are fewer. */
  newest(place: number): number | undefined {
    return place >= 1 && place <= this.size ? this.#at(this.#next - place) : undefined;
  }

  /** Returns the number of entries later than `ms`. */
  countAfter(ms: number): number {
    let low = this.#first;
    let high = this.#next;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.#at(middle) > ms) high = middle;
      else low = middle + 1;
    }
    return this.#next - low;
  }

  /** Drops the entries up to `ms`. */
  dropUntil(ms: number): void {
    while (this.#first < this.#next && this.#at(this.#first) <= ms) this.#first += 1;
  }

  #at(sequence: number): number {
    return this.#times[sequence % this.#times.length] as number;
  }

  #set(sequence: number, atMs: number): void {
    this.#times[sequence % this.#times.length] = atMs;
  }

  #grow(): void {
    const larger = new Float64Array(2 * this.#times.length);
    for (let sequence = this.#first; sequence < this.#next; sequence++) {
      larger[sequence % larger.length] = this.#at(sequence);
    }
    this.#times = larger;
  }
}
