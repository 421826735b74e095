import { NativeSelect, Stack } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import { type EverybodysJob, read, type JobStatus as Status } from "../../api/client";
import { ago } from "../../formats";
import { strings } from "../../strings";
import { STATUS_CHOICES } from "../jobChoices";
import { JobStatus } from "../parts/JobStatus";
import { PagedTable } from "../parts/PagedTable";
import { useStudio } from "../studio";

const words = strings.admin;
/** Everybody's jobs of this month. */
export function JobTable() {
  const { api } = useStudio();
  const [status, setStatus] = useState<Status | "">("");
  return (
    <Stack>
      <NativeSelect
        label={words.status}
        maw="14rem"
        data={STATUS_CHOICES}
        value={status}
        onChange={(event) => setStatus(event.currentTarget.value as Status | "")}
      />
      <PagedTable<EverybodysJob>
        name={words.tabs.jobs ?? ""}
        queryKey={["admin", "jobs", status]}
        fetch={async (cursor) => {
          const query = { ...(status ? { status } : {}), ...(cursor ? { cursor } : {}) };
          const page = await read(api.GET("/v1/admin/jobs", { params: { query } }));
          return { items: page.jobs, cursor: page.cursor };
        }}
        columns={[words.job, words.status, words.made, words.person]}
        row={(job) => (
          <tr key={job.job_id}>
            <td>
              {job.name || job.product}
              <br />
              <small>{job.job_id}</small>
            </td>
            <td>
              <JobStatus status={job.status} code={job.problem?.code} />
              {job.problem && <div>{job.problem.message}</div>}
            </td>
            <td>{ago(job.created_at)}</td>
            <td>
              <Link to={`/admin/audit?person=${job.user_id}`}>{job.user_id.slice(0, 8)}</Link>
            </td>
          </tr>
        )}
        none={words.noJobs}
      />
    </Stack>
  );
}
