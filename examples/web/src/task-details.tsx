import { useEffect, useRef } from "react";
import type { FragmentType } from "./gql/index.js";
import { useMessages } from "./messages.js";
import { readTask, type TaskRowFragment } from "./task-row.js";

interface DetailsProps {
  readonly task: FragmentType<typeof TaskRowFragment>;
  readonly onClose: () => void;
}

/** Renders one task beside the list, from what the list has read: opening it costs no call. */
export function TaskDetails({ task: masked, onClose }: DetailsProps) {
  const texts = useMessages();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  const { task, talent, job, score } = readTask(masked);
  const reports = task.exams?.flatMap(({ reportUrls }) => reportUrls ?? []) ?? [];
  const rows: readonly (readonly [label: string, value: string | null | undefined])[] = [
    [texts.job, job?.title],
    [texts.stage, task.application?.stage?.name?.text],
    [texts.state, task.status && texts[task.status]],
    [texts.scoreLabel, score],
    [texts.email, talent?.email],
    [texts.phone, talent?.mobileNumber],
  ];
  return (
    <dialog ref={dialog} className="details" aria-labelledby="details-title" onClose={onClose}>
      <h2 id="details-title">{talent?.name ?? `${texts.candidate}: ${texts.unknown}`}</h2>
      <dl>
        {rows.map(
          ([label, value]) =>
            value && (
              <div key={label}>
                <dt>{label}</dt>
                <dd>{value}</dd>
              </div>
            ),
        )}
      </dl>
      {reports.filter(isWebAddress).map((url) => (
        <p key={url}>
          <a href={url} rel="noreferrer noopener" target="_blank">
            {texts.report}
          </a>
        </p>
      ))}
      <button type="button" onClick={() => dialog.current?.close()}>
        {texts.close}
      </button>
    </dialog>
  );
}

/** Only web addresses become links: what Feishu sends is input too. */
const isWebAddress = (url: string): boolean => /^https?:\/\//.test(url);
