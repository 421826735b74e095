import { Link } from "react-router";
import { type Job, read, type JobStatus as Status } from "../../api/client";
import { ago } from "../../formats";
import { strings } from "../../strings";
import { useStudio } from "../studio";
import { JobStatus } from "./JobStatus";
import { PagedTable } from "./PagedTable";

const words = strings.jobList;
const GROWS_MS = 5000;

interface Props {
  readonly status?: Status;
  readonly project?: string;
  readonly batch?: string;
}

/** One's jobs, newest first, or those of a project or a batch. */
export function JobsTable({ status, project, batch }: Props) {
  const { api } = useStudio();
  return (
    <PagedTable<Job>
      name={words.title}
      queryKey={["jobs", status, project, batch]}
      refetchMs={GROWS_MS}
      fetch={async (cursor) => {
        const asked = { status, project, batch, cursor };
        const query = Object.fromEntries(Object.entries(asked).filter(([, value]) => value));
        const page = await read(api.GET("/v1/jobs", { params: { query } }));
        return { items: page.jobs, cursor: page.cursor };
      }}
      columns={[words.job, words.status, words.made]}
      row={(job) => (
        <tr key={job.job_id}>
          <td>
            <Link to={`/jobs/${job.job_id}`}>{job.name || job.product}</Link>
          </td>
          <td>
            <JobStatus status={job.status} />
            {job.status === "running" && <div>{words.far(job.percent, job.message)}</div>}
            {job.problem && <div>{job.problem.message}</div>}
          </td>
          <td>{ago(job.created_at)}</td>
        </tr>
      )}
      none={words.none}
    />
  );
}
