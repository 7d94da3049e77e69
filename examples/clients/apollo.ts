import { ApolloClient, gql, HttpLink, InMemoryCache, type TypedDocumentNode } from "@apollo/client";
import { relayStylePagination } from "@apollo/client/utilities";

interface TaskPage {
  readonly edges: readonly {
    readonly node: { readonly id: string; readonly talent: { readonly name: string | null } | null };
  }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** Query of one page; `relayStylePagination` merges the pages of a list in the cache. */
export const TASKS: TypedDocumentNode<{ examMarkingTasks: TaskPage }, { userId: string; after?: string | null }> = gql`
  query Tasks($userId: ID!, $after: String) {
    examMarkingTasks(userId: $userId, first: 20, after: $after) {
      edges {
        node {
          id
          talent {
            id
            name
          }
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`;

/** Creates a client with a normalized cache. A list is keyed by its user and its state. */
export const createApolloClient = (uri: string): ApolloClient =>
  new ApolloClient({
    link: new HttpLink({ uri }),
    cache: new InMemoryCache({
      typePolicies: {
        Query: { fields: { examMarkingTasks: relayStylePagination(["userId", "userIdType", "status"]) } },
        User: { keyFields: ["id", "idType"] },
      },
    }),
  });
