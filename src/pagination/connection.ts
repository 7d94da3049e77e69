import type { CursorCodec } from "./cursor.js";
import type { PaginatedRow, PaginatedRows } from "./paginate.js";

/** An edge whose cursor is only made when it is asked for, and then once. */
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

/** Relay's PageInfo of a list that only goes forwards. */
export class PageInfo {
  readonly hasNextPage: boolean;
  /** No claim is made about earlier rows: the list cannot be read backwards. */
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

  /** Without rows the place has not moved: the cursor that was given still says where reading resumes. */
  get endCursor(): string | null {
    return this.#edges.at(-1)?.cursor ?? this.#after;
  }
}

/** A Relay connection, with what interrupted it if something did. */
export interface Connection<T> {
  readonly edges: readonly Edge<T>[];
  readonly pageInfo: PageInfo;
  /** Why the list stops early; `undefined` when it does not. */
  readonly failure: unknown;
}

/** A walk as a connection: `toNode` makes each row's node. */
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
