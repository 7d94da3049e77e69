/** A task with the fields that this client selects. */
export interface Task {
  readonly id: string;
  readonly talent: { readonly name: string | null } | null;
}

interface Answer {
  readonly data: {
    readonly examMarkingTasks: {
      readonly edges: readonly { readonly node: Task }[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
      readonly interruption: { readonly code: string; readonly retryAfterMs: number | null } | null;
    };
  } | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}

const QUERY = `query Tasks($userId: ID!, $after: String) {
  examMarkingTasks(userId: $userId, first: 20, after: $after) {
    edges { node { id talent { name } } }
    pageInfo { hasNextPage endCursor }
    interruption { code retryAfterMs }
  }
}`;

/** Yields all tasks of a marker page by page, with plain `fetch`. Throws instead of ending early. */
export async function* tasksOf(url: string, userId: string): AsyncGenerator<Task> {
  let after: string | null = null;
  do {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: QUERY, variables: { userId, after } }),
    });
    const { data, errors } = (await response.json()) as Answer;
    // Errors beside data name the missing parts; without data they give the reason for the failure.
    if (!data) throw new Error(errors?.map(({ message }) => message).join("; "));
    const { edges, pageInfo, interruption } = data.examMarkingTasks;
    yield* edges.map(({ node }) => node);
    if (interruption) throw new Error(`the list is interrupted: ${interruption.code}`);
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after !== null);
}
