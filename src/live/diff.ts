/** Row states that a subscriber has received: each row's id with its state. */
export type RowStates = ReadonlyMap<string, number | null>;

/** State of a list that a subscriber has received, and that a resume token stands for. */
export interface SubscriberState {
  readonly rowStates: RowStates;
  /** Time of that state, in milliseconds since the Unix epoch by the clock of `replica`. */
  readonly asOfMs: number;
  /** Name of the replica that sent it. */
  readonly replica: string;
}

/** A row of a polled list. */
export interface StatedRow {
  readonly id: string;
  readonly activityStatus: number | null;
}

/** Changes of a list since a subscriber last received any. */
export interface Changes<Row> {
  /** New rows and rows in another state, in the list's order. */
  readonly rows: readonly Row[];
  readonly removedIds: readonly string[];
  /** Row states that the subscriber knows after these changes. */
  readonly rowStates: RowStates;
}

/** Snapshot of a list: its rows by id, in the list's order. */
export type Snapshot<Row extends StatedRow> = ReadonlyMap<string, Row>;

/** Returns the states of all rows of a list. */
export const rowStatesOf = (rows: Snapshot<StatedRow>): RowStates =>
  new Map([...rows.values()].map(({ id, activityStatus }) => [id, activityStatus]));

/**
 * Returns the first `limit` rows that differ from `rowStates`, and all removed ids; `null` when nothing has changed.
 */
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
 * Merges two consecutive reads of a list. Pages shift while they are read, so a row may be on none of them. Only rows
 * missing from both reads have left the list.
 */
export const confirmedBy = <Row extends StatedRow>(first: Snapshot<Row>, second: Snapshot<Row>): Snapshot<Row> =>
  new Map([...second, ...[...first].filter(([id]) => !second.has(id))]);
