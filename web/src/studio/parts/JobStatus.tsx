import type { StageView, JobStatus as Status } from "../../api/client";
import { strings } from "../../strings";

export type Mood = "good" | "busy" | "bad" | "quiet";
type AnyStatus = Status | StageView["status"];

/** The code of the problem that a job ends with where it would have passed its budget. */
export const BUDGET_REACHED = "budget_reached";

const MOODS: Record<AnyStatus, Mood> = {
  queued: "quiet",
  waiting: "quiet",
  running: "busy",
  succeeded: "good",
  reduced: "good",
  refused: "bad",
  failed: "bad",
  cancelled: "quiet",
};

export function moodOf(status: AnyStatus): Mood {
  return MOODS[status];
}

/** How a job or a stage stands. `code`: of its problem, for those that are told apart here. */
export function JobStatus({ status, code }: { status: AnyStatus; code?: string | undefined }) {
  const isStopped = code === BUDGET_REACHED;
  return (
    <span className="status" data-mood={isStopped ? "quiet" : moodOf(status)}>
      {isStopped ? strings.jobs.stopped : strings.jobs.status[status]}
    </span>
  );
}
