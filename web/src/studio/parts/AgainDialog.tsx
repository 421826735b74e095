import { Button, Checkbox, Group, NativeSelect, NumberInput, Stack, Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { type JobDetails, read } from "../../api/client";
import { strings } from "../../strings";
import { useStudio } from "../studio";
import { Dialog } from "./Dialog";
import { Loading } from "./Loading";
import { ProblemNotice } from "./ProblemNotice";
import { changesOf, type Field, fieldsOf, type Value, type Values } from "./stageFields";

const words = strings.jobs.again;

interface Props {
  readonly job: JobDetails;
  readonly close: () => void;
  readonly take: (job: JobDetails) => void;
}

/** Another attempt: from which stage, and with which parameters of it. The API's own document is the form. */
export function AgainDialog({ job, close, take }: Props) {
  const { api } = useStudio();
  const [stage, setStage] = useState(firstUnfinished(job));
  const [isAnew, setAnew] = useState(job.status === "succeeded");
  const [values, setValues] = useState<Values>({});
  const document = useQuery({
    queryKey: ["openapi"],
    queryFn: () => read(api.GET("/v1/openapi.json")),
    staleTime: Infinity,
  });
  const before = (job.params[stage] ?? {}) as Values;
  const fields = document.data ? fieldsOf(document.data, job.product, stage) : [];
  const changes = changesOf(before, values);
  const start = useMutation({
    mutationFn: () =>
      read(
        api.POST("/v1/jobs/{job_id}/retry", {
          params: { path: { job_id: job.job_id } },
          body: { from_stage: isAnew ? stage : null, params: changes ? { [stage]: changes } : {} },
        }),
      ),
    onSuccess: (changed) => {
      take(changed);
      close();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    start.mutate();
  };
  return (
    <Dialog close={close} title={words.title} size="lg">
      <form onSubmit={submit}>
        <Stack>
          <Text>{words.text}</Text>
          <NativeSelect
            label={words.stage}
            value={stage}
            data={job.stage_names.map((name) => ({ value: name, label: strings.stages[name] ?? name }))}
            onChange={(event) => {
              setStage(event.currentTarget.value);
              setValues({});
            }}
          />
          <Checkbox
            label={words.anew}
            checked={isAnew}
            onChange={(event) => setAnew(event.currentTarget.checked)}
          />
          {document.isPending && <Loading />}
          {document.error && <ProblemNotice error={document.error} />}
          {fields.map((field) => (
            <FieldInput
              key={`${stage}.${field.name}`}
              field={field}
              value={field.name in values ? values[field.name] : before[field.name]}
              set={(value) => setValues({ ...values, [field.name]: value })}
            />
          ))}
          {start.error && <ProblemNotice error={start.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {words.cancel}
            </Button>
            <Button type="submit" loading={start.isPending}>
              {words.start}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

function firstUnfinished(job: JobDetails): string {
  const finished = new Set(
    job.stages
      .filter((one) => one.status === "succeeded" || one.status === "reduced")
      .map((one) => one.stage),
  );
  return (
    job.stage_names.find((name) => !finished.has(name)) ?? job.stage_names[job.stage_names.length - 1] ?? ""
  );
}

interface FieldProps {
  readonly field: Field;
  readonly value: Value | undefined;
  readonly set: (value: Value) => void;
}

function FieldInput({ field, value, set }: FieldProps) {
  const told = { label: field.label, description: field.description };
  if (field.kind === "boolean") {
    return (
      <Checkbox {...told} checked={value === true} onChange={(event) => set(event.currentTarget.checked)} />
    );
  }
  if (field.kind === "choice") {
    return (
      <NativeSelect
        {...told}
        data={[...field.choices]}
        value={String(value)}
        onChange={(event) => set(event.currentTarget.value)}
      />
    );
  }
  return (
    <NumberInput
      {...told}
      value={typeof value === "number" ? value : ""}
      allowDecimal={field.kind === "number"}
      onChange={(entered) => set(entered === "" ? null : Number(entered))}
    />
  );
}
