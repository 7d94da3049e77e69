import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from "@apollo/client";
import { PersistedQueryLink } from "@apollo/client/link/persisted-queries";
import { relayStylePagination } from "@apollo/client/utilities";
import { OperationTypeNode } from "graphql";
import { idOf } from "./document-id.js";
import { createLiveLink } from "./live-link.js";
import type { Language } from "./messages.js";

/** Sends ids in place of texts; where the service has no manifest, it says so and the text follows. */
const trustedDocuments = new PersistedQueryLink({
  generateHash: (document) => idOf(document) ?? "",
});

/** A client whose pages of one list are kept as one, and whose names come in one language. */
export function createClient(language: Language): ApolloClient {
  const http = new HttpLink({ uri: "/graphql", headers: { "accept-language": language, accept: "application/json" } });
  return new ApolloClient({
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      createLiveLink(`${location.origin.replace(/^http/, "ws")}/graphql`),
      ApolloLink.from([trustedDocuments, http]),
    ),
    cache: new InMemoryCache({
      typePolicies: {
        Query: { fields: { examMarkingTasks: relayStylePagination(["userId", "userIdType", "status"]) } },
        User: { keyFields: ["id", "idType"] },
      },
    }),
  });
}
