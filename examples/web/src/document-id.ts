import type { DocumentNode } from "graphql";

/** Metadata that graphql-codegen's client preset adds to each document: its id in the manifest of trusted documents. */
interface WithId {
  readonly __meta__?: { readonly hash: string };
}

/** Returns a document's id in the manifest of trusted documents. */
export const idOf = (document: DocumentNode): string | undefined => (document as WithId).__meta__?.hash;
