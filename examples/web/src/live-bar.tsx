import type { ApolloCache } from "@apollo/client";
import { useSubscription } from "@apollo/client/react";
import { useState } from "react";
import type { ExamMarkingStatus } from "./gql/graphql.js";
import { graphql } from "./gql/index.js";
import { useMessages } from "./messages.js";

const ChangedSubscription = graphql(`
  subscription InboxChanged($userId: ID!, $status: ExamMarkingStatus, $since: String) {
    examMarkingTasksChanged(userId: $userId, status: $status, since: $since) {
      tasks {
        id
        status
      }
      removedIds
      total
      position
      interruption {
        code
      }
    }
  }
`);

/** Identifies the subscribed list. */
interface ListName {
  readonly userId: string;
  readonly status: ExamMarkingStatus | null;
}

interface LiveBarProps extends ListName {
  /** Ids of the tasks on the page. */
  readonly shown: ReadonlySet<string>;
  /** Called once the subscription is live; a list read before that may lack a change. */
  readonly onFollowed: () => void;
  /** Called when the user asks to show the new tasks. */
  readonly onShow: () => void;
}

/** Subscribes to a list: removed tasks leave the page, states change in place, and new tasks are offered. */
export function LiveBar({ userId, status, shown, onFollowed, onShow }: LiveBarProps) {
  const texts = useMessages();
  const [newTaskIds, setComeIds] = useState<ReadonlySet<string>>(new Set());
  const [isFollowed, setFollowed] = useState(false);
  const { data, error } = useSubscription(ChangedSubscription, {
    variables: { userId, status },
    onData({ client, data: { data } }) {
      const change = data?.examMarkingTasksChanged;
      if (!change) return;
      removeRows(client.cache, { userId, status }, new Set(change.removedIds));
      setComeIds((ids) => followed(ids, change.tasks, change.removedIds));
      if (!isFollowed && change.position) onFollowed();
      setFollowed(isFollowed || change.position !== null);
    },
  });
  const { total = null, interruption = null } = data?.examMarkingTasksChanged ?? {};
  const fresh = [...newTaskIds].filter((id) => !shown.has(id)).length;
  const show = (): void => {
    setComeIds(new Set());
    onShow();
  };
  return (
    <p className="live quiet" role="status">
      {interruption || error ? texts.paused : total !== null && texts.total(total)}
      {fresh > 0 && (
        <button type="button" onClick={show}>
          {texts.fresh(fresh)}
        </button>
      )}
    </p>
  );
}

function followed(
  ids: ReadonlySet<string>,
  come: readonly { readonly id: string }[],
  removedTaskIds: readonly string[],
): ReadonlySet<string> {
  const next = new Set([...ids, ...come.map(({ id }) => id)]);
  for (const id of removedTaskIds) next.delete(id);
  return next;
}

interface EdgeInCache {
  readonly node: never;
}

/** Removes rows from the cached list that they have left. */
function removeRows(cache: ApolloCache, { userId, status }: ListName, removedTaskIds: ReadonlySet<string>): void {
  if (removedTaskIds.size === 0) return;
  const names = [`"userId":${JSON.stringify(userId)}`, `"status":${JSON.stringify(status)}`];
  cache.modify({
    fields: {
      examMarkingTasks(list, { storeFieldName, readField }) {
        if (!names.every((name) => storeFieldName.includes(name))) return list;
        const isLeft = ({ node }: EdgeInCache): boolean => !removedTaskIds.has(String(readField("id", node)));
        return { ...list, edges: list.edges.filter(isLeft) };
      },
    },
  });
}
