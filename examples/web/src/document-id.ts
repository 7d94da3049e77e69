import type { DocumentNode } from "graphql";

/** What graphql-codegen's client preset writes beside each document: its id in the manifest of trusted documents. */
interface WithId {
  readonly __meta__?: { readonly hash: string };
}

/** A document's id in the manifest of trusted documents. */
export const idOf = (document: DocumentNode): string | undefined => (document as WithId).__meta__?.hash;
