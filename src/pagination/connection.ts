import type { CursorCodec } from "./cursor.js";
import type { PaginatedRow, PaginatedRows } from "./paginate.js";

/** An edge whose cursor is created once, on first access. */
export class Edge<T> {
  readonly node: T;
  readonly #encodeCursor: () => string;
  #cursor: string | undefined;

  constructor(node: T, encodeCursor: () => string) {
    this.node = node;
    this.#encodeCursor = encodeCursor;
  }

  get cursor(): string {
    this.#cursor ??= this.#encodeCursor();
    return this.#cursor;
  }
}

/** Relay's `PageInfo` of a forward-only list. */
export class PageInfo {
  readonly hasNextPage: boolean;
  /** Always false: the list cannot be read backwards, so no claim is made about earlier rows. */
  readonly hasPreviousPage = false;
  readonly #edges: readonly Edge<unknown>[];
  readonly #after: string | null;

  constructor(hasNextPage: boolean, edges: readonly Edge<unknown>[], after: string | null) {
    this.hasNextPage = hasNextPage;
    this.#edges = edges;
    this.#after = after;
  }

  get startCursor(): string | null {
    return this.#edges[0]?.cursor ?? null;
  }

  /** Returns the last row's cursor. Without rows, the given cursor still marks the point where reading resumes. */
  get endCursor(): string | null {
    return this.#edges.at(-1)?.cursor ?? this.#after;
  }
}

/** A Relay connection, with the failure that interrupted it, if any. */
export interface Connection<T> {
  readonly edges: readonly Edge<T>[];
  readonly pageInfo: PageInfo;
  /** Reason why the list stops early; `undefined` if it does not. */
  readonly failure: unknown;
}

/** Converts paginated rows to a connection; `toNode` creates each row's node. */
export function toConnection<Row, Node>(
  walk: PaginatedRows<Row>,
  codec: CursorCodec,
  after: string | null,
  toNode: (row: Row) => Node,
): Connection<Node> {
  const toEdge = ({ row, resumePoint }: PaginatedRow<Row>) => new Edge(toNode(row), () => codec.encode(resumePoint()));
  const edges = walk.rows.map(toEdge);
  return { edges, pageInfo: new PageInfo(walk.hasNextPage, edges, after), failure: walk.failure };
}
