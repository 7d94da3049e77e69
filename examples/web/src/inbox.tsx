import { CombinedGraphQLErrors, NetworkStatus } from "@apollo/client";
import { useQuery } from "@apollo/client/react";
import { type KeyboardEvent, type ReactNode, useState } from "react";
import { arrange, type View, ViewControls, WHOLE_LIST } from "./arrange.js";
import { Controls, type State } from "./controls.js";
import { graphql, unmask } from "./gql/index.js";
import { LiveBar } from "./live-bar.js";
import { type Language, useMessages } from "./messages.js";
import { type ListError, Problem } from "./problem.js";
import { isSignedOut } from "./session.js";
import { TaskDetails } from "./task-details.js";
import { TaskRow } from "./task-row.js";
import { useOnVisible } from "./use-on-visible.js";
import { useOpenTask } from "./use-open-task.js";
import { usePlace } from "./use-place.js";

const PAGE = 20;
/** Largest page that the service gives. */
const MAX_PAGE = 100;

const InboxQuery = graphql(`
  query Inbox(
    $isOwn: Boolean!
    $userId: ID!
    $status: ExamMarkingStatus
    $first: Int!
    $after: String
    $showsPersonal: Boolean!
  ) {
    viewer @include(if: $isOwn) {
      userId
      examMarkingTasks(status: $status, first: $first, after: $after) {
        ...TaskPage
      }
    }
    examMarkingTasks(userId: $userId, status: $status, first: $first, after: $after) @skip(if: $isOwn) {
      ...TaskPage
    }
  }
`);

const TaskPageFragment = graphql(`
  fragment TaskPage on ExamMarkingTaskConnection {
    edges {
      cursor
      node {
        id
        ...TaskRow
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
    interruption {
      code
      retryAfterMs
    }
  }
`);

interface InboxProps {
  /** Person who is signed in; `null` for a visitor of a sandbox. */
  readonly viewerId: string | null;
  /** Colleague whose list is shown; `null` for the viewer's own. */
  readonly userId: string | null;
  readonly showsPersonal: boolean;
  readonly account: ReactNode;
  readonly language: Language;
  readonly onLanguage: (language: Language) => void;
}

/** Renders a marker's tasks and loads the next page on scroll. */
export function Inbox({ viewerId, userId, showsPersonal, account, language, onLanguage }: InboxProps) {
  const texts = useMessages();
  const [count, setCount] = useState(0);
  const place = usePlace(count);
  const [state, setState] = useState<State>("PENDING");
  const [view, setView] = useState<View>(WHOLE_LIST);
  const { openId, open, close } = useOpenTask();
  const owner = userId ?? viewerId ?? "";
  const variables = {
    isOwn: userId === null,
    userId: owner,
    status: state === "all" ? null : state,
    first: Math.min(MAX_PAGE, place.first ?? PAGE),
    showsPersonal,
  };
  const { data, error, networkStatus, fetchMore, refetch } = useQuery(InboxQuery, {
    variables,
    // A candidate that cannot be read leaves one gap; the other rows still render.
    errorPolicy: "all",
    notifyOnNetworkStatusChange: true,
  });
  const list = unmask(TaskPageFragment, data?.viewer?.examMarkingTasks ?? data?.examMarkingTasks ?? null);
  const isLoading = networkStatus !== NetworkStatus.ready && networkStatus !== NetworkStatus.error;
  const { errorWhileLoading, forgetError, loadMore } = useLoadMore(async () => {
    const after = list?.pageInfo.endCursor;
    const page = await fetchMore({ variables: { after, first: PAGE }, errorPolicy: "all" });
    if (page.data?.examMarkingTasks || page.data?.viewer) return null;
    return page.error ? listErrorOf(page.error) : SIGNED_OUT;
  });
  const hasEnded = viewerId !== null && userId === null && data?.viewer === null;
  const listError =
    (hasEnded ? SIGNED_OUT : null) ?? errorWhileLoading ?? list?.interruption ?? (list ? null : listErrorOf(error));
  const choose = (next: State): void => {
    forgetError();
    setState(next);
  };
  const tasks = list?.edges.flatMap(({ node }) => node ?? []) ?? [];
  const shown = new Set(tasks.map(({ id }) => id));
  if (shown.size !== count) setCount(shown.size);
  const selected = tasks.find(({ id }) => id === openId);
  const hasMore = !!list?.pageInfo.hasNextPage && !listError && !isLoading;
  return (
    <main>
      <Controls state={state} onState={choose} language={language} onLanguage={onLanguage}>
        <ViewControls view={view} onView={setView} />
        {account}
      </Controls>
      <LiveBar
        key={state}
        userId={owner}
        status={variables.status}
        shown={shown}
        onFollowed={() => shown.size <= PAGE && refetch()}
        onShow={() => refetch()}
      />
      <div className="progress" role="progressbar" aria-label={texts.loading} hidden={!isLoading} />
      <section
        role={tasks.length ? "feed" : undefined}
        aria-busy={isLoading}
        aria-label={texts.title}
        onKeyDown={moveFocus}
      >
        {arrange(tasks, view).map((task, i) => (
          <TaskRow key={task.id} task={task} position={i + 1} onOpen={() => open(task.id)} />
        ))}
      </section>
      {selected && <TaskDetails task={selected} onClose={close} />}
      {isLoading && <Skeletons count={list ? 3 : 8} />}
      {listError && (
        <Problem
          listError={listError}
          action={list ? texts.continue : texts.retry}
          onAction={list ? loadMore : () => refetch()}
          onSignIn={place.keep}
        />
      )}
      {list && !isLoading && !listError && <ListFooter count={list.edges.length} hasMore={hasMore} onMore={loadMore} />}
    </main>
  );
}

/** Loads further pages and keeps the error of the last one. */
function useLoadMore(load: () => Promise<ListError | null>) {
  const [errorWhileLoading, setError] = useState<ListError | null>(null);
  return {
    errorWhileLoading,
    forgetError: () => setError(null),
    async loadMore() {
      setError(null);
      setError(await load().catch(listErrorOf));
    },
  };
}

const SIGNED_OUT: ListError = { code: "UNAUTHENTICATED", retryAfterMs: null };

/** Returns the first error of a response that has no list. */
function listErrorOf(error: unknown): ListError | null {
  if (!error) return null;
  if (isSignedOut(error)) return SIGNED_OUT;
  const [first] = CombinedGraphQLErrors.is(error) ? error.errors : [];
  const { code = "NETWORK", retryAfterMs = null } = (first?.extensions ?? {}) as Partial<ListError>;
  return { code, retryAfterMs };
}

interface ListFooterProps {
  readonly count: number;
  readonly hasMore: boolean;
  readonly onMore: () => void;
}

/** Renders the end of the list. Scrolling it into view or pressing its button loads more. */
function ListFooter({ count, hasMore, onMore }: ListFooterProps) {
  const texts = useMessages();
  const seen = useOnVisible(onMore);
  if (count === 0) return <p className="empty">{texts.empty}</p>;
  return (
    <footer ref={hasMore ? seen : null}>
      <p aria-live="polite">{hasMore ? texts.shown(count) : texts.end(count)}</p>
      {hasMore && (
        <button type="button" onClick={onMore}>
          {texts.more}
        </button>
      )}
    </footer>
  );
}

const Skeletons = ({ count }: { readonly count: number }) => (
  <div aria-hidden="true">
    {[...Array(count).keys()].map((n) => (
      <div className="task skeleton" key={n} />
    ))}
  </div>
);

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, PageDown: 1, ArrowUp: -1, PageUp: -1 };

/** Moves the focus between tasks with the keys of the ARIA feed pattern. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const step = STEPS[event.key];
  if (step === undefined) return;
  const tasks = [...event.currentTarget.querySelectorAll<HTMLElement>("article")];
  const next = tasks[tasks.indexOf(document.activeElement as HTMLElement) + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
