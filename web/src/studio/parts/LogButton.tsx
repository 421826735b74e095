import { Button } from "@mantine/core";
import { useState } from "react";
import { strings } from "../../strings";
import { useText } from "../files";
import { Dialog } from "./Dialog";
import { Loading } from "./Loading";
import { ProblemNotice } from "./ProblemNotice";

interface Props {
  readonly jobId: string;
  readonly stage: string;
  readonly title: string;
}

export function LogButton({ jobId, stage, title }: Props) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button variant="subtle" size="compact-sm" mt="sm" ml={-8} onClick={() => setOpen(true)}>
        {strings.jobs.showLog}
      </Button>
      {isOpen && (
        <Dialog close={() => setOpen(false)} title={strings.jobs.logOf(title)} size="xl">
          <Log jobId={jobId} stage={stage} title={title} />
        </Dialog>
      )}
    </>
  );
}

function Log({ jobId, stage, title }: Props) {
  const log = useText(jobId, stage, "log.txt");
  if (log.error) return <ProblemNotice error={log.error} again={() => void log.refetch()} />;
  if (log.data === undefined) return <Loading />;
  return (
    // Focusable, so that the arrow keys scroll it.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region
    <section className="log" tabIndex={0} aria-label={strings.jobs.logOf(title)}>
      {log.data === null ? strings.jobs.noLog : log.data.trim() || strings.jobs.emptyLog}
    </section>
  );
}
