import { type FragmentType, graphql, unmask } from "./gql/index.js";
import { useMessages } from "./messages.js";

export const TaskRowFragment = graphql(`
  fragment TaskRow on ExamMarkingTask {
    id
    status
    exams {
      id
      score
      reviewedByMarker
      reportUrls
    }
    application {
      id
      stage {
        id
        name {
          text
        }
      }
    }
    ...Candidate
    ...JobOfTask
  }
`);

const CandidateFragment = graphql(`
  fragment Candidate on ExamMarkingTask {
    talent {
      id
      name
      email @include(if: $showsPersonal)
      mobileNumber @include(if: $showsPersonal)
      experienceYears
      educations {
        schoolName
      }
    }
  }
`);

const JobFragment = graphql(`
  fragment JobOfTask on ExamMarkingTask {
    job {
      id
      title
      department {
        name {
          text
        }
      }
    }
  }
`);

interface RowProps {
  readonly task: FragmentType<typeof TaskRowFragment>;
  readonly position: number;
  readonly onOpen: () => void;
}

/** Returns the parts of a task that several views show. */
export function readTask(masked: FragmentType<typeof TaskRowFragment>) {
  const task = unmask(TaskRowFragment, masked);
  const { talent } = unmask(CandidateFragment, task);
  const { job } = unmask(JobFragment, task);
  const score = task.exams?.find(({ reviewedByMarker }) => reviewedByMarker !== false)?.score;
  return { task, talent, job, score };
}

/** Renders one task. A part that could not be read shows a placeholder; the rest stays. */
export function TaskRow({ task: masked, position, onOpen }: RowProps) {
  const texts = useMessages();
  const { task, score } = readTask(masked);
  return (
    <article
      className="task"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the articles of a feed take the focus, as its pattern says
      tabIndex={0}
      aria-posinset={position}
      aria-setsize={-1}
      aria-labelledby={`task-${task.id}`}
      onKeyDown={({ key, target, currentTarget }) => key === "Enter" && target === currentTarget && onOpen()}
    >
      <Candidate task={task} id={`task-${task.id}`} onOpen={onOpen} />
      <JobOfTask task={task} />
      <p>
        <span className="label">{texts.stage}</span> {task.application?.stage?.name?.text ?? texts.unknown}
      </p>
      <p className={`state ${task.status?.toLowerCase() ?? ""}`}>
        {task.status && texts[task.status]}
        <span className="score">{score ? texts.score(score) : texts.noScore}</span>
      </p>
    </article>
  );
}

interface CandidateProps {
  readonly task: FragmentType<typeof CandidateFragment>;
  readonly id: string;
  readonly onOpen: () => void;
}

function Candidate({ task, id, onOpen }: CandidateProps) {
  const texts = useMessages();
  const { talent } = unmask(CandidateFragment, task);
  return (
    <div>
      <h2 id={id}>
        <button type="button" className="link" onClick={onOpen}>
          {talent?.name ?? `${texts.candidate}: ${texts.unknown}`}
        </button>
      </h2>
      <p className="quiet">{talent?.educations?.[0]?.schoolName}</p>
    </div>
  );
}

function JobOfTask({ task }: { readonly task: FragmentType<typeof JobFragment> }) {
  const texts = useMessages();
  const { job } = unmask(JobFragment, task);
  return (
    <div>
      <p>{job?.title ?? `${texts.job}: ${texts.unknown}`}</p>
      <p className="quiet">{job?.department?.name?.text}</p>
    </div>
  );
}
