import { ActionIcon, Button, Group, Progress, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { Link } from "react-router";
import { asProblem } from "../../api/problem";
import { bytes } from "../../formats";
import { strings } from "../../strings";
import type { Source } from "../../upload/sources";
import type { Transfer } from "../../upload/transfers";
import { CrossIcon } from "../icons";
import { useTransferList, useTransfers } from "../studio";
import { FileButton } from "./DropZone";
import { ProblemNotice } from "./ProblemNotice";

const words = strings.upload;

/** What is on its way into a project, or into all. Nothing where nothing is. */
export function TransferList({ projectId }: { projectId?: string }) {
  const list = useTransferList().filter((one) => projectId === undefined || one.projectId === projectId);
  if (list.length === 0) return null;
  return (
    <Stack component="section" gap="sm" aria-label={words.title}>
      <Title order={2}>{words.title}</Title>
      {list.map((transfer) => (
        <TransferCard key={transfer.id} transfer={transfer} />
      ))}
    </Stack>
  );
}

function TransferCard({ transfer }: { transfer: Transfer }) {
  const transfers = useTransfers();
  const hasEnded = transfer.phase === "done";
  const leave = () => (hasEnded ? transfers.dismiss(transfer.id) : void transfers.drop(transfer.id));
  return (
    <Stack className="card" p="md" gap="xs">
      <Group justify="space-between" wrap="nowrap">
        <Text fw={600} truncate>
          {transfer.name}
        </Text>
        <ActionIcon
          variant="subtle"
          color="gray"
          onClick={leave}
          aria-label={hasEnded ? words.dismiss(transfer.name) : words.stop(transfer.name)}
        >
          <CrossIcon />
        </ActionIcon>
      </Group>
      <Way transfer={transfer} />
    </Stack>
  );
}

function Way({ transfer }: { transfer: Transfer }) {
  const transfers = useTransfers();
  switch (transfer.phase) {
    case "waiting":
      return <GoOn transfer={transfer} />;
    case "failed":
      return <ProblemNotice error={transfer.problem} again={() => transfers.again(transfer.id)} />;
    case "done":
      return (
        <Button component={Link} to={`/jobs/${transfer.jobId}`} variant="default" size="xs" w="fit-content">
          {words.seeJob}
        </Button>
      );
    default:
      return <Bar transfer={transfer} />;
  }
}

function Bar({ transfer }: { transfer: Transfer }) {
  const percent = transfer.size > 0 ? (100 * transfer.sentBytes) / transfer.size : 0;
  return (
    <>
      <Progress.Root size="md" transitionDuration={200}>
        <Progress.Section
          value={percent}
          aria-label={words.progress(transfer.name)}
          animated={transfer.phase !== "sending"}
        />
      </Progress.Root>
      <Group justify="space-between">
        <Text size="sm">{words.phases[transfer.phase]}</Text>
        {transfer.phase === "sending" && (
          <Text size="sm" c="dimmed">
            {words.of(bytes(transfer.sentBytes), bytes(transfer.size))}
          </Text>
        )}
      </Group>
    </>
  );
}

function GoOn({ transfer }: { transfer: Transfer }) {
  const transfers = useTransfers();
  const [problem, setProblem] = useState<unknown>(null);
  const goOn = (chosen: Source | null) => {
    setProblem(null);
    transfers.goOn(transfer.id, chosen).catch((error) => setProblem(asProblem(error)));
  };
  const choose = (find: () => Source[]) => {
    try {
      goOn(find()[0] ?? null);
    } catch (error) {
      setProblem(error);
    }
  };
  return (
    <>
      <Text size="sm">
        {words.waiting} {!transfer.hasHandle && words.chooseAgain(transfer.name)}
      </Text>
      <Group>
        {transfer.hasHandle && (
          <Button size="xs" onClick={() => goOn(null)}>
            {words.goOn}
          </Button>
        )}
        <FileButton
          label={transfer.kind === "photos" ? strings.tours.chooseFolder : strings.tours.chooseFile}
          isFolder={transfer.kind === "photos"}
          take={choose}
        />
      </Group>
      {problem !== null && <ProblemNotice error={problem} />}
    </>
  );
}
