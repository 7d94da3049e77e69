import { Client, fetchExchange, gql } from "@urql/core";
import { cacheExchange } from "@urql/exchange-graphcache";
import { relayPagination } from "@urql/exchange-graphcache/extras";

/** Query of one page; `relayPagination` merges the pages of a list in the cache. */
export const TASKS = gql<{ examMarkingTasks: TaskPage }, { userId: string; after: string | null }>`
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

interface TaskPage {
  readonly edges: readonly {
    readonly node: { readonly id: string; readonly talent: { readonly name: string | null } | null };
  }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** Creates a client with a normalized cache. Entities are keyed by Feishu's ids; a user is keyed by id and id type. */
export const createUrqlClient = (url: string): Client =>
  new Client({
    url,
    preferGetMethod: false,
    exchanges: [
      cacheExchange({
        keys: { User: ({ id, idType }) => `${idType} ${id}`, PageInfo: () => null, I18nText: () => null },
        resolvers: { Query: { examMarkingTasks: relayPagination() } },
      }),
      fetchExchange,
    ],
  });
