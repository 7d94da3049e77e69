/** A task as this client asks for it. */
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

/** All tasks of a marker, a page at a time, with nothing but `fetch`. It ends with an error, and never short. */
export async function* tasksOf(url: string, userId: string): AsyncGenerator<Task> {
  let after: string | null = null;
  do {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: QUERY, variables: { userId, after } }),
    });
    const { data, errors } = (await response.json()) as Answer;
    // Beside data, errors name what is missing in it; without, they say why there is none.
    if (!data) throw new Error(errors?.map(({ message }) => message).join("; "));
    const { edges, pageInfo, interruption } = data.examMarkingTasks;
    yield* edges.map(({ node }) => node);
    if (interruption) throw new Error(`the list is interrupted: ${interruption.code}`);
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after !== null);
}
