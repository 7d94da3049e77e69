import { graphql } from "react-relay";

// For usePaginationFragment. A refetchable fragment on Query needs no Node interface: every argument is a variable.
export const inboxFragment = graphql`
  fragment inbox_tasks on Query
  @argumentDefinitions(
    userId: { type: "ID!" }
    status: { type: "ExamMarkingStatus" }
    first: { type: "Int", defaultValue: 20 }
    after: { type: "String" }
  )
  @refetchable(queryName: "inboxPaginationQuery") {
    examMarkingTasks(userId: $userId, status: $status, first: $first, after: $after) @connection(key: "inbox_examMarkingTasks") {
      edges {
        node {
          id
          status
          talent {
            id
            name
          }
        }
      }
      interruption {
        code
        retryAfterMs
      }
    }
  }
`;

export const inboxQuery = graphql`
  query inboxQuery($userId: ID!) {
    ...inbox_tasks @arguments(userId: $userId)
  }
`;
