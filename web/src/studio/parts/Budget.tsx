import { Button, Group, NumberInput, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { type Budget, type JobDetails, read } from "../../api/client";
import { usd } from "../../formats";
import { hasEnded, jobKey, takeJob } from "../../live/jobs";
import { strings } from "../../strings";
import { useStudio } from "../studio";
import { Dialog } from "./Dialog";
import { ProblemNotice } from "./ProblemNotice";
import { isFree } from "./Quote";

const words = strings.budget;

interface InputProps {
  readonly isFree: boolean;
  readonly change: (budget: Budget | null) => void;
}

/** What a job may take: dollars, or minutes where nothing costs money. */
export function BudgetInput({ isFree: free, change }: InputProps) {
  return (
    <NumberInput
      label={free ? strings.quotes.budgetMinutes : strings.quotes.budgetUsd}
      description={strings.quotes.budgetText}
      min={free ? 0.1 : 0.01}
      max={100_000}
      decimalScale={free ? 1 : 2}
      hideControls
      onChange={(value) => change(budgetOf(free, value))}
    />
  );
}

function budgetOf(free: boolean, value: number | string): Budget | null {
  if (value === "") return null;
  return free ? { minutes: Number(value) } : { usd: String(value) };
}

/** A budget as people say it. */
export function budgetText(budget: Budget): string {
  const minutes = budget.minutes == null ? [] : [words.minutes(budget.minutes)];
  return [...(budget.usd == null ? [] : [usd(budget.usd)]), ...minutes].join(", ");
}

/** What a job may take, and a way to change that while it is not done. */
export function BudgetLine({ job }: { job: JobDetails }) {
  const [isAsking, setAsking] = useState(false);
  if (job.status === "succeeded" && !job.budget) return null;
  return (
    <Group gap="sm">
      <Text size="sm">{job.budget ? words.of(budgetText(job.budget)) : words.none}</Text>
      {!hasEnded(job) && (
        <Button variant="default" size="compact-sm" onClick={() => setAsking(true)}>
          {words.change}
        </Button>
      )}
      {isAsking && <BudgetDialog job={job} close={() => setAsking(false)} />}
    </Group>
  );
}

/** For a job that has stopped at its budget: a higher one, and on it goes. */
export function RaiseBudget({ job }: { job: JobDetails }) {
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <Button onClick={() => setAsking(true)}>{words.raise}</Button>
      {isAsking && <BudgetDialog job={job} close={() => setAsking(false)} />}
    </>
  );
}

function BudgetDialog({ job, close }: { job: JobDetails; close: () => void }) {
  const { api } = useStudio();
  const queries = useQueryClient();
  const [budget, setBudget] = useState<Budget | null>(null);
  const goesOn = hasEnded(job);
  const params = { path: { job_id: job.job_id } };
  const save = useMutation({
    mutationFn: async () => {
      const changed = await read(api.PATCH("/v1/jobs/{job_id}/budget", { params, body: { budget } }));
      return goesOn ? read(api.POST("/v1/jobs/{job_id}/retry", { params })) : changed;
    },
    onSuccess: (changed) => {
      takeJob(queries, changed);
      void queries.invalidateQueries({ queryKey: jobKey(job.job_id) });
      close();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Dialog close={close} title={goesOn ? words.raise : words.change}>
      <Stack component="form" onSubmit={submit}>
        {job.budget && <Text>{words.of(budgetText(job.budget))}</Text>}
        <BudgetInput isFree={isFree(job.cost.priced)} change={setBudget} />
        {save.error && <ProblemNotice error={save.error} />}
        <Group justify="flex-end">
          <Button type="submit" loading={save.isPending}>
            {goesOn ? words.saveAndGoOn : words.save}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
