import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type Failure, read } from "../../api/client";
import { moment } from "../../formats";
import { strings } from "../../strings";
import { Loading } from "../parts/Loading";
import { ProblemNotice } from "../parts/ProblemNotice";
import { useStudio } from "../studio";

const words = strings.admin;

/** What broke on our side this month: jobs and pages. */
export function FailureList() {
  const { api } = useStudio();
  const failures = useQuery({
    queryKey: ["admin", "failures"],
    queryFn: () => read(api.GET("/v1/admin/failures")),
  });
  const pages = useQuery({
    queryKey: ["admin", "page-errors"],
    queryFn: () => read(api.GET("/v1/admin/page-errors")),
  });
  const error = failures.error ?? pages.error;
  if (error) return <ProblemNotice error={error} again={() => void failures.refetch()} />;
  if (!failures.data || !pages.data) return <Loading />;
  return (
    <Stack gap="xl">
      {failures.data.failures.length === 0 && <Text c="dimmed">{words.noFailures}</Text>}
      {failures.data.failures.map((failure) => (
        <Broken key={`${failure.job_id}-${failure.attempt}`} failure={failure} />
      ))}
      <Stack component="section" aria-label={words.pageErrors}>
        <Title order={2}>{words.pageErrors}</Title>
        {pages.data.errors.length === 0 && <Text c="dimmed">{words.noPageErrors}</Text>}
        {pages.data.errors.map((made) => (
          <details key={`${made.at}-${made.correlation_id}`} className="card">
            <summary style={{ padding: "0.75rem 1rem" }}>
              {made.message} · {made.path} · {moment(made.at)}
            </summary>
            <Trace text={made.stack ?? ""} />
          </details>
        ))}
      </Stack>
    </Stack>
  );
}

function Broken({ failure }: { failure: Failure }) {
  const { api } = useStudio();
  const params = { path: { job_id: failure.job_id } };
  const retry = useMutation({
    mutationFn: () => read(api.POST("/v1/admin/jobs/{job_id}/retry", { params })),
  });
  return (
    <Stack component="article" className="card" p="lg" gap="xs">
      <Group justify="space-between" align="flex-start">
        <Stack gap={0}>
          <Title order={2}>{failure.name || failure.job_id}</Title>
          <Text c="dimmed">
            {failure.stage || failure.product} · {failure.error} · {words.attempt(failure.attempt)} ·{" "}
            {moment(failure.failed_at)}
          </Text>
        </Stack>
        <Button variant="default" onClick={() => retry.mutate()} loading={retry.isPending}>
          {words.retry}
        </Button>
      </Group>
      {retry.isSuccess && <Text role="status">{words.retried}</Text>}
      {retry.error && <ProblemNotice error={retry.error} />}
      <details>
        <summary>{words.trace}</summary>
        <Trace text={failure.trace} />
      </details>
    </Stack>
  );
}

function Trace({ text }: { text: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: who has only a keyboard scrolls it too
    <pre className="log" tabIndex={0}>
      {text}
    </pre>
  );
}
