import { type CancelSignal, CancelSource } from "../cancellation.js";
import type { CallTrace } from "../feishu/call.js";

/** A read under way: those who wait for it, and what ends it when nobody does. */
export interface Flight<T> {
  readonly landed: Promise<T>;
  readonly stop: CancelSource;
  waiters: number;
  /** What it reads has changed since it began: what it brings is given to those who wait, and not held. */
  isOutdated: boolean;
  /** The trace of whoever began it. */
  readonly begunBy: ReadTrace | undefined;
}

/** Follows one operation's reads. */
export interface ReadTrace {
  call(endpoint: string): CallTrace;
  /** A read joins one that was begun for another operation. */
  joined(other: ReadTrace): void;
}

/** Reads under way, by what they read: equal ones are one. */
export interface Flights<T> {
  /** One that is under way and still wanted. */
  joinable(key: string): Flight<T> | undefined;
  takeOff(
    key: string,
    read: (signal: CancelSignal, isOutdated: () => boolean) => Promise<T>,
    by?: ReadTrace,
  ): Flight<T>;
  /**
   * Waits for a read that ends when the last who waits for it leaves.
   * @throws the signal's reason when it aborts first.
   */
  join(flight: Flight<T>, signal: CancelSignal): Promise<T>;
  /** What the keys name has changed: nobody joins their reads any more. */
  outdate(isChanged: (key: string) => boolean): void;
  /** Wants a read to its end for whoever comes next, who then finds out why it failed: nobody's leaving ends it. */
  keepGoing(flight: Flight<T>): void;
}

/** No reads yet. */
export function createFlights<T>(): Flights<T> {
  const flights = new Map<string, Flight<T>>();
  return {
    joinable(key) {
      const flight = flights.get(key);
      return flight?.stop.aborted ? undefined : flight;
    },
    takeOff(key, read, begunBy) {
      const stop = new CancelSource();
      const land = async (): Promise<T> => {
        try {
          return await read(stop, () => flight.isOutdated);
        } finally {
          if (flights.get(key) === flight) flights.delete(key);
        }
      };
      const flight: Flight<T> = { landed: land(), stop, waiters: 0, isOutdated: false, begunBy };
      flights.set(key, flight);
      return flight;
    },
    join: (flight, signal) =>
      new Promise((resolve, reject) => {
        flight.waiters += 1;
        const leave = (): void => {
          flight.waiters -= 1;
          if (flight.waiters === 0) flight.stop.abort(signal.reason);
          reject(signal.reason);
        };
        const stay = (): void => signal.removeEventListener("abort", leave);
        if (signal.aborted) leave();
        else signal.addEventListener("abort", leave);
        flight.landed.then(
          (answer) => {
            stay();
            resolve(answer);
          },
          (error: unknown) => {
            stay();
            reject(error);
          },
        );
      }),
    outdate(isChanged) {
      for (const [key, flight] of flights) {
        if (!isChanged(key)) continue;
        flight.isOutdated = true;
        flights.delete(key);
      }
    },
    keepGoing(flight) {
      flight.waiters += 1;
      flight.landed.catch(() => {});
    },
  };
}
