import type { Shape } from "./decode.js";
import type { UpstreamAnswer } from "./errors.js";
import type { Decoder } from "./reader.js";

/** What has been told of an entity, to be read as far as it is wanted. */
export interface Told<T extends { readonly id: string }> {
  readonly id: string;
  /**
   * Those of `fields` that are told.
   * @throws {UpstreamError} `UPSTREAM_CONTRACT`, naming the first path that does not fit.
   */
  pick(fields: ReadonlySet<string>): T;
}

/** What something else has told of an entity: all of it is at hand. */
export const toldBy = <T extends { readonly id: string }>(known: T): Told<T> => ({ id: known.id, pick: () => known });

/** An answer of Feishu's that tells of one entity. */
export interface Answered<T extends { readonly id: string }> extends Told<T> {
  /** Everything that it tells. */
  all(): T;
  /** The same, parsed anew and for good. */
  kept(): Answered<T>;
}

/**
 * Reads an answer that tells of one entity: the id at once, and of the rest what is asked for. An operation asks for a few of
 * some fifty fields, mostly once: what was parsed is let go after that, for it would be copied about for as long as the
 * operation lives, and is parsed again for whoever asks for more.
 */
export const entity = <T extends { readonly id: string }>(fields: Shape<T>): Decoder<Answered<T>> => ({
  decode: (data, upstream, bytes) => new Answer({ fields, upstream, bytes }, data, false),
});

/** What an answer is read by. */
interface Source<T> {
  readonly fields: Shape<T>;
  readonly upstream: UpstreamAnswer;
  /** The whole answer: outside the heap, where nobody copies them about. */
  readonly bytes: Buffer;
}

const ID = new Set(["id"]);

class Answer<T extends { readonly id: string }> implements Answered<T> {
  readonly id: string;
  readonly #source: Source<T>;
  readonly #isKept: boolean;
  #data: unknown;

  constructor(source: Source<T>, data: unknown, isKept: boolean) {
    this.#source = source;
    this.#isKept = isKept;
    this.#data = data;
    this.id = source.fields.only(ID).decode(data, source.upstream).id;
  }

  pick(fields: ReadonlySet<string>): T {
    const { fields: shape, upstream } = this.#source;
    return shape.only(fields).decode(this.#parsed(), upstream);
  }

  all(): T {
    const { fields, upstream } = this.#source;
    return fields.decode(this.#parsed(), upstream);
  }

  kept(): Answered<T> {
    return new Answer(this.#source, this.#parsed(), true);
  }

  #parsed(): unknown {
    const data = this.#data ?? (JSON.parse(this.#source.bytes.toString("utf8")) as { readonly data: unknown }).data;
    if (!this.#isKept) this.#data = undefined;
    return data;
  }
}
