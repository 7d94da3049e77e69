import type { UpstreamAnswer } from "../errors.js";
import type { Shape } from "./decode.js";
import type { ResponseDecoder } from "./decoder.js";

/** An entity whose fields are decoded on demand. */
export interface EntityView<T extends { readonly id: string }> {
  readonly id: string;
  /**
   * Returns the subset of `fields` that the answer has.
   * @throws {UpstreamError} `UPSTREAM_CONTRACT`, naming the first path that does not fit.
   */
  pick(fields: ReadonlySet<string>): T;
}

/** The view of something that is decoded already. */
export const viewOf = <T extends { readonly id: string }>(known: T): EntityView<T> => ({
  id: known.id,
  pick: () => known,
});

/** Decodes an answer that is one entity: its id at once, and of the rest what is asked for. */
export const entity = <T extends { readonly id: string }>(fields: Shape<T>): ResponseDecoder<LazyEntity<T>> => ({
  decode: (data, upstream, bytes) => new LazyEntity(fields, upstream, bytes, data, false),
});

const ID = new Set(["id"]);

/**
 * An answer that is one entity. An operation selects a few of some fifty fields, mostly once. The parsed answer is dropped after
 * that, because the garbage collector would copy it while the operation lives. A later selection parses it again.
 */
export class LazyEntity<T extends { readonly id: string }> implements EntityView<T> {
  readonly id: string;
  readonly #fields: Shape<T>;
  readonly #upstream: UpstreamAnswer;
  /** The whole answer: outside the heap, where the garbage collector does not copy it. */
  readonly #bytes: Buffer;
  readonly #isMaterialized: boolean;
  #data: unknown;

  constructor(fields: Shape<T>, upstream: UpstreamAnswer, bytes: Buffer, data: unknown, isMaterialized: boolean) {
    this.#fields = fields;
    this.#upstream = upstream;
    this.#bytes = bytes;
    this.#isMaterialized = isMaterialized;
    this.#data = data;
    this.id = fields.only(ID).decode(data, upstream).id;
  }

  /** Size of the answer. */
  get byteLength(): number {
    return this.#bytes.length;
  }

  pick(fields: ReadonlySet<string>): T {
    return this.#fields.only(fields).decode(this.#parsed(), this.#upstream);
  }

  /** Every field that the answer has. */
  all(): T {
    return this.#fields.decode(this.#parsed(), this.#upstream);
  }

  /** The same, parsed for good. */
  materialize(): LazyEntity<T> {
    return new LazyEntity(this.#fields, this.#upstream, this.#bytes, this.#parsed(), true);
  }

  #parsed(): unknown {
    const data = this.#data ?? (JSON.parse(this.#bytes.toString("utf8")) as { readonly data: unknown }).data;
    if (!this.#isMaterialized) this.#data = undefined;
    return data;
  }
}
