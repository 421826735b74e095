import { Anchor, Button, Group, Progress, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useParams } from "react-router";
import { type Batch, read } from "../../api/client";
import { asProblem } from "../../api/problem";
import { strings } from "../../strings";
import { statusOf } from "../jobChoices";
import { useProject } from "../lists";
import { budgetInWords, costInWords } from "../parts/budget";
import { SureDialog } from "../parts/FormDialog";
import { JobsTable } from "../parts/JobsTable";
import { Loading } from "../parts/Loading";
import { ProblemNotice } from "../parts/ProblemNotice";
import { RetryBatch } from "../parts/RetryBatch";
import { usePageTitle } from "../parts/usePageTitle";
import { useStudio } from "../studio";
import { NotFoundPage } from "./NotFoundPage";

const words = strings.batches;
const POLL_MS = 2000;

/** Several jobs at once: how far they are, what they have cost, and what can be done about them together. */
export function BatchPage() {
  const { batchId = "" } = useParams();
  const batch = useBatch(batchId);
  const project = useProject(batch.data?.project_id ?? "");
  usePageTitle(batch.data?.name);
  if (batch.error && asProblem(batch.error).status === 404) return <NotFoundPage />;
  if (batch.error) return <ProblemNotice error={batch.error} again={() => void batch.refetch()} />;
  if (!batch.data) return <Loading />;
  const { name, project_id, percent, status } = batch.data;
  return (
    <Stack gap="lg">
      <Stack gap={4}>
        <Anchor component={Link} to={`/projects/${project_id}`} size="sm">
          {project.data?.name ?? words.project}
        </Anchor>
        <Group justify="space-between" align="flex-start">
          <Title order={1}>{name}</Title>
          <Actions batch={batch.data} />
        </Group>
      </Stack>
      <Stack gap="xs">
        <Group justify="space-between">
          <span className="status" data-mood={MOODS[status]}>
            {words.status[status]}
          </span>
          <Text>{countsInWords(batch.data)}</Text>
        </Group>
        <Progress value={percent} aria-label={words.progress} />
        <Text size="sm" c="dimmed">
          {words.cost(costInWords(batch.data.cost), budgetInWords(batch.data.budget))}
        </Text>
      </Stack>
      {status === "budget_reached" && (
        <Text className="notice" data-mood="bad">
          {words.stopped}
        </Text>
      )}
      <JobsTable project={project_id} batch={batchId} />
    </Stack>
  );
}

const MOODS = { running: "busy", done: "good", cancelled: "quiet", budget_reached: "bad" } as const;

function useBatch(batch_id: string) {
  const { api } = useStudio();
  return useQuery({
    queryKey: ["batch", batch_id],
    queryFn: () => read(api.GET("/v1/batches/{batch_id}", { params: { path: { batch_id } } })),
    refetchInterval: ({ state }) => (state.data && state.data.status !== "running" ? false : POLL_MS),
  });
}

function countsInWords({ jobs }: Batch): string {
  const states = Object.entries(jobs).flatMap(([name, count]) => {
    const state = statusOf(name);
    return state ? [words.counted(count, strings.jobs.status[state])] : [];
  });
  return states.join(" · ");
}

function Actions({ batch }: { batch: Batch }) {
  const { api } = useStudio();
  const queries = useQueryClient();
  const [isAsking, setAsking] = useState<"cancel" | "retry" | null>(null);
  const close = () => setAsking(null);
  const params = { path: { batch_id: batch.batch_id } };
  const cancel = useMutation({
    mutationFn: () => read(api.POST("/v1/batches/{batch_id}/cancel", { params })),
    onSuccess: (now) => {
      queries.setQueryData(["batch", batch.batch_id], now);
      void queries.invalidateQueries({ queryKey: ["jobs"] });
      close();
    },
  });
  const { failed = 0, refused = 0, cancelled = 0 } = batch.jobs;
  return (
    <Group>
      {failed + refused + cancelled > 0 && <Button onClick={() => setAsking("retry")}>{words.retry}</Button>}
      {batch.status === "running" && (
        <Button variant="default" onClick={() => setAsking("cancel")}>
          {words.cancel}
        </Button>
      )}
      {isAsking === "cancel" && (
        <SureDialog
          title={words.cancelTitle}
          close={close}
          action={cancel}
          submit={words.cancel}
          keep={words.keep}
        >
          {words.cancelText}
        </SureDialog>
      )}
      {isAsking === "retry" && <RetryBatch batch={batch} close={close} />}
    </Group>
  );
}
