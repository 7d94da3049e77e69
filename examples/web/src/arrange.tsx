import type { FragmentType } from "./gql/index.js";
import { useMessages } from "./messages.js";
import { readTask, type TaskRowFragment } from "./task-row.js";

type Order = "list" | "name" | "score";

/** Search and order of the loaded tasks. */
export interface View {
  readonly search: string;
  readonly order: Order;
}

export const WHOLE_LIST: View = { search: "", order: "list" };

const ORDERS: readonly Order[] = ["list", "name", "score"];

/** Returns the loaded tasks that match, in the chosen order. It reads nothing. */
export function arrange<T extends FragmentType<typeof TaskRowFragment>>(tasks: readonly T[], view: View): readonly T[] {
  const search = view.search.trim().toLowerCase();
  const read = tasks.map((row) => ({ row, ...readTask(row) }));
  const found = search
    ? read.filter(({ talent, job }) => `${talent?.name ?? ""} ${job?.title ?? ""}`.toLowerCase().includes(search))
    : read;
  if (view.order === "name") found.sort((a, b) => (a.talent?.name ?? "").localeCompare(b.talent?.name ?? ""));
  if (view.order === "score") found.sort((a, b) => Number(b.score ?? -1) - Number(a.score ?? -1));
  return found.map(({ row }) => row);
}

interface ViewControlsProps {
  readonly view: View;
  readonly onView: (view: View) => void;
}

/** Renders the search and the order. */
export function ViewControls({ view, onView }: ViewControlsProps) {
  const texts = useMessages();
  return (
    <>
      <label>
        <span className="hidden">{texts.search}</span>
        <input
          type="search"
          placeholder={texts.search}
          value={view.search}
          onChange={({ target }) => onView({ ...view, search: target.value })}
        />
      </label>
      <label>
        <span className="hidden">{texts.order}</span>
        <select value={view.order} onChange={({ target }) => onView({ ...view, order: target.value as Order })}>
          {ORDERS.map((order) => (
            <option key={order} value={order}>
              {texts.orders[order]}
            </option>
          ))}
        </select>
      </label>
    </>
  );
}
