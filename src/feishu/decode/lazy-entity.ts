import type { UpstreamAnswer } from "../errors.js";
import type { Shape } from "./decode.js";
import type { ResponseDecoder } from "./decoder.js";

/** An entity whose fields are decoded on demand. */
export interface EntityView<T extends { readonly id: string }> {
  readonly id: string;
  /**
   * Returns the subset of `fields` that the response has.
   * @throws {UpstreamError} `UPSTREAM_CONTRACT`, naming the first path that does not match.
   */
  pick(fields: ReadonlySet<string>): T;
}

/** Returns a view of an entity that is decoded already. */
export const viewOf = <T extends { readonly id: string }>(known: T): EntityView<T> => ({
  id: known.id,
  pick: () => known,
});

/** Returns a decoder for a response that is one entity. It decodes the id at once and the other fields on demand. */
export const entity = <T extends { readonly id: string }>(fields: Shape<T>): ResponseDecoder<LazyEntity<T>> => ({
  decode: (data, upstream, bytes) => new LazyEntity(fields, upstream, bytes, data, false),
});

const ID = new Set(["id"]);

/**
 * A response that is one entity. An operation selects a few of some fifty fields, mostly once. The parsed response is
 * dropped after that, because the garbage collector would copy it while the operation lives. A later selection parses
 * it again.
 */
export class LazyEntity<T extends { readonly id: string }> implements EntityView<T> {
  readonly id: string;
  readonly #fields: Shape<T>;
  readonly #upstream: UpstreamAnswer;
  /** The whole response, outside the heap, where the garbage collector does not copy it. */
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

  /** Size of the response in bytes. */
  get byteLength(): number {
    return this.#bytes.length;
  }

  pick(fields: ReadonlySet<string>): T {
    return this.#fields.only(fields).decode(this.#parsed(), this.#upstream);
  }

  /** Returns every field that the response has. */
  all(): T {
    return this.#fields.decode(this.#parsed(), this.#upstream);
  }

  /** Returns the same entity, parsed permanently. */
  materialize(): LazyEntity<T> {
    return new LazyEntity(this.#fields, this.#upstream, this.#bytes, this.#parsed(), true);
  }

  #parsed(): unknown {
    const data = this.#data ?? (JSON.parse(this.#bytes.toString("utf8")) as { readonly data: unknown }).data;
    if (!this.#isMaterialized) this.#data = undefined;
    return data;
  }
}
