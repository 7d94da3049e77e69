/** What a watcher of a list has been told of it: each row's id, and the state that it was in. */
export type RowStates = ReadonlyMap<string, number | null>;

/** What a watcher has been told, and what a position stands for. */
export interface SubscriberState {
  readonly rowStates: RowStates;
  /** When that was so, in milliseconds since the Unix epoch by the clock of `replica`. */
  readonly asOfMs: number;
  /** The name of the process that told it. */
  readonly replica: string;
}

/** A row of a list that is watched. */
export interface StatedRow {
  readonly id: string;
  readonly activityStatus: number | null;
}

/** What has become of a list since a watcher was last told. */
export interface Changes<Row> {
  /** New ones, and those in another state, in the list's order. */
  readonly rows: readonly Row[];
  readonly removedIds: readonly string[];
  /** What the watcher knows once it has been told of these. */
  readonly rowStates: RowStates;
}

/** What is in hand of a list: its rows by their ids, in its order. */
export type Snapshot<Row extends StatedRow> = ReadonlyMap<string, Row>;

/** All that there is to know of a list. */
export const rowStatesOf = (rows: Snapshot<StatedRow>): RowStates =>
  new Map([...rows.values()].map(({ id, activityStatus }) => [id, activityStatus]));

/** The first `limit` rows that are news to whoever knows `known`, and all that have gone; `null` when there is nothing. */
export function diff<Row extends StatedRow>(
  rowStates: RowStates,
  snapshot: Snapshot<Row>,
  limit: number,
): Changes<Row> | null {
  const isChanged = ({ id, activityStatus }: Row): boolean => rowStates.get(id) !== activityStatus;
  const rows = [...snapshot.values()].filter(isChanged).slice(0, limit);
  const removedIds = [...rowStates.keys()].filter((id) => !snapshot.has(id));
  if (rows.length === 0 && removedIds.length === 0) return null;
  const next = new Map(rowStates);
  for (const id of removedIds) next.delete(id);
  for (const { id, activityStatus } of rows) next.set(id, activityStatus);
  return { rows, removedIds, rowStates: next };
}

/**
 * What is left of a list after two reads of it, one after the other. Pages move while they are read, so that a row may be on none
 * of them: only what both reads lack has gone.
 */
export const confirmedBy = <Row extends StatedRow>(first: Snapshot<Row>, second: Snapshot<Row>): Snapshot<Row> =>
  new Map([...second, ...[...first].filter(([id]) => !second.has(id))]);
