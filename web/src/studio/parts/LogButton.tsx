import { Button } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { read } from "../../api/client";
import { strings } from "../../strings";
import { useStudio } from "../studio";
import { Dialog } from "./Dialog";
import { Loading } from "./Loading";
import { ProblemNotice } from "./ProblemNotice";

interface Props {
  readonly jobId: string;
  readonly attempt: number;
  readonly stage: string;
  readonly title: string;
}

export function LogButton(props: Props) {
  const { title } = props;
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button variant="subtle" size="compact-sm" mt="sm" ml={-8} onClick={() => setOpen(true)}>
        {strings.jobs.showLog}
      </Button>
      {isOpen && (
        <Dialog close={() => setOpen(false)} title={strings.jobs.logOf(title)} size="xl">
          <Log {...props} />
        </Dialog>
      )}
    </>
  );
}

function Log(props: Props) {
  const log = useLog(props);
  const end = useFollowedEnd(log.data?.text);
  if (log.error) return <ProblemNotice error={log.error} again={() => void log.refetch()} />;
  if (!log.data) return <Loading />;
  const { text, isWhole } = log.data;
  const nothing = isWhole ? strings.jobs.emptyLog : strings.jobs.logToCome;
  return (
    // Focusable, so that the arrow keys scroll it.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region
    <section className="log" ref={end} tabIndex={0} aria-label={strings.jobs.logOf(props.title)}>
      {text.trim() || nothing}
    </section>
  );
}

interface LogSoFar {
  readonly text: string;
  readonly next: number;
  readonly isWhole: boolean;
}

const NOTHING: LogSoFar = { text: "", next: 0, isWhole: false };
const MORE_MS = 100;
const GROWS_MS = 2000;

/** What a stage has printed, read on from where the piece before ended, until its end. */
function useLog({ jobId, attempt, stage }: Props) {
  const { api } = useStudio();
  const queries = useQueryClient();
  const queryKey = ["log", jobId, attempt, stage];
  return useQuery({
    queryKey,
    queryFn: async (): Promise<LogSoFar & { readonly grew: boolean }> => {
      const before = queries.getQueryData<LogSoFar>(queryKey) ?? NOTHING;
      const params = { path: { job_id: jobId }, query: { stage, after: before.next } };
      const piece = await read(api.GET("/v1/jobs/{job_id}/logs", { params }));
      const isAnew = piece.next < before.next;
      const text = isAnew ? piece.text : before.text + piece.text;
      return { text, next: piece.next, isWhole: piece.is_whole, grew: piece.text !== "" };
    },
    refetchInterval: ({ state }) => {
      if (state.data?.isWhole) return false;
      return state.data?.grew ? MORE_MS : GROWS_MS;
    },
    retry: false, // it asks again anyway
  });
}

/** Keeps the end in sight as long as somebody has not scrolled away from it. */
function useFollowedEnd(text: string | undefined) {
  const element = useRef<HTMLElement>(null);
  const follows = useRef(true);
  useEffect(() => {
    const log = element.current;
    if (!log) return;
    const look = () => {
      follows.current = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
    };
    log.addEventListener("scroll", look);
    return () => log.removeEventListener("scroll", look);
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever there is more of it
  useEffect(() => {
    if (follows.current && element.current) element.current.scrollTop = element.current.scrollHeight;
  }, [text]);
  return element;
}
