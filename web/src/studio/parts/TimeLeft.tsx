import { useEffect, useState } from "react";
import type { JobDetails } from "../../api/client";
import { roughly } from "../../formats";
import { strings } from "../../strings";

const TICK_MS = 5000;

/** How long a job is going to take from now on, as far as anybody can tell. */
export function TimeLeft({ job }: { job: Pick<JobDetails, "ready_at"> }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  if (job.ready_at === null) return null;
  const left = job.ready_at - now / 1000;
  return <span>{left < 5 ? strings.jobs.almost : strings.jobs.left(roughly(left))}</span>;
}
