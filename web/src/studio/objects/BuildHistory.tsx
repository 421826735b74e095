import { Button, Group, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type AssetVersion, read } from "../../api/client";
import { ago, bytes } from "../../formats";
import { hasEnded, takeJob, useJob } from "../../live/jobs";
import { strings } from "../../strings";
import { AgainDialog } from "../parts/AgainDialog";
import { ProblemNotice } from "../parts/ProblemNotice";
import { Section } from "../parts/Section";
import { Table } from "../parts/Table";
import { useStudio } from "../studio";

const words = strings.builds;
const MOST = 20;

interface Props {
  readonly sessionId: string;
  /** The build that is shown. */
  readonly jobId: string;
}

/** What was built of a session so far, how, and the way back to an earlier one. */
export function BuildHistory({ sessionId, jobId }: Props) {
  const { api } = useStudio();
  const versions = useQuery({
    queryKey: ["builds", sessionId, jobId],
    queryFn: () => {
      const params = { path: { asset_id: sessionId }, query: { limit: MOST } };
      return read(api.GET("/v1/assets/{asset_id}/versions", { params }));
    },
  });
  const restore = useRestore(sessionId);
  const all = versions.data?.versions ?? [];
  return (
    <Section title={words.title} action={<Again jobId={jobId} sessionId={sessionId} />}>
      {versions.error && <ProblemNotice error={versions.error} again={() => void versions.refetch()} />}
      {restore.error && <ProblemNotice error={restore.error} />}
      {all.length > 0 && (
        <Table name={words.table} columns={[words.build, words.how, words.size, words.shown]}>
          <tbody>
            {all.map((version, index) => (
              <tr key={version.version}>
                <td>
                  {words.number(version.version)}, {ago(version.made_at)}
                </td>
                <td>
                  <How version={version} />
                </td>
                <td>{bytes(version.size)}</td>
                <td>
                  {index === 0 ? (
                    words.now
                  ) : (
                    <Button
                      size="xs"
                      variant="default"
                      aria-label={words.backTo(version.version)}
                      loading={restore.isPending && restore.variables === version.version}
                      onClick={() => restore.mutate(version.version)}
                    >
                      {words.back}
                    </Button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </Section>
  );
}

function useRestore(asset_id: string) {
  const { api } = useStudio();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (version: number) => {
      const params = { path: { asset_id } };
      return read(api.POST("/v1/assets/{asset_id}/restore", { params, body: { version } }));
    },
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["builds", asset_id] });
      void queries.invalidateQueries({ queryKey: ["object-files", asset_id] });
      return queries.invalidateQueries({ queryKey: ["session", asset_id] });
    },
  });
}

/** What the build was asked for. A job that ran again with other settings tells the newest. */
function How({ version }: { version: AssetVersion }) {
  const job = useJob(version.made?.job_id ?? "");
  const asked = job.data?.params.build_object as Record<string, unknown> | undefined;
  const objects = version.made?.details.objects;
  const said = [
    Array.isArray(objects) ? words.objects(objects.length) : "",
    asked ? words.asked(String(asked.quality), String(asked.shape)) : "",
    version.restored_from ? words.restored(version.restored_from) : "",
  ];
  return <Text size="sm">{said.filter(Boolean).join(" · ")}</Text>;
}

/** The same cut-outs with other settings. */
function Again({ jobId, sessionId }: { jobId: string; sessionId: string }) {
  const queries = useQueryClient();
  const job = useJob(jobId);
  const [isAsking, setAsking] = useState(false);
  if (!job.data || !hasEnded(job.data)) return null;
  return (
    <Group>
      <Button variant="default" onClick={() => setAsking(true)}>
        {strings.jobs.change}
      </Button>
      {isAsking && (
        <AgainDialog
          job={job.data}
          close={() => setAsking(false)}
          take={(changed) => {
            takeJob(queries, changed);
            void queries.invalidateQueries({ queryKey: ["job", jobId] });
            void queries.invalidateQueries({ queryKey: ["session", sessionId] });
          }}
        />
      )}
    </Group>
  );
}
