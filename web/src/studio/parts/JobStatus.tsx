import type { StageView, JobStatus as Status } from "../../api/client";
import { strings } from "../../strings";

export type Mood = "good" | "busy" | "bad" | "quiet";
type AnyStatus = Status | StageView["status"];

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

export function JobStatus({ status }: { status: AnyStatus }) {
  return (
    <span className="status" data-mood={moodOf(status)}>
      {strings.jobs.status[status]}
    </span>
  );
}
