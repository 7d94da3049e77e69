import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { relayStylePagination } from "@apollo/client/utilities";
import { OperationTypeNode } from "graphql";
import { idOf } from "./document-id.js";
import { createLiveLink } from "./live-link.js";
import type { Language } from "./messages.js";

/** The service, beside this script's folder: the page may stand behind a path prefix. */
const ENDPOINT = String(new URL(["..", "..", "graphql"].join("/"), import.meta.url));

/** Sends document ids instead of texts. A service without a manifest rejects the id, and the link resends the text. */
const trustedDocuments = new PersistedQueryLink({
  generateHash: (document) => idOf(document) ?? "",
});

/** Creates a client that merges the pages of a list and requests names in one language. */
export function createClient(language: Language): ApolloClient {
  const http = new HttpLink({ uri: ENDPOINT, headers: { "accept-language": language, accept: "application/json" } });
  return new ApolloClient({
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      createLiveLink(ENDPOINT.replace(/^http/, "ws")),
      ApolloLink.from([trustedDocuments, http]),
    ),
    cache: new InMemoryCache({
      typePolicies: {
        Query: { fields: { examMarkingTasks: relayStylePagination(["userId", "userIdType", "status"]) } },
        // One viewer per cache; its list grows page by page.
        Viewer: { keyFields: [], fields: { examMarkingTasks: relayStylePagination(["status"]) } },
        User: { keyFields: ["id", "idType"] },
      },
    }),
  });
}
