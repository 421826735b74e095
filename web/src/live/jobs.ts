import { type QueryClient, type UseQueryResult, useQuery } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { type JobDetails, read } from "../api/client";
import { useStudio } from "../studio/studio";

const POLL_MS = 1000;
const POLL_WHILE_LIVE_MS = 30_000;
const ENDED = new Set<JobDetails["status"]>(["succeeded", "refused", "failed", "cancelled"]);

/**
 * A job as it stands now. There is one store (the query cache) and two that fill it: this polling, and
 * whatever hears news by itself (a WebSocket), which calls `takeJob` and tells `setLive`.
 */
export function useJob(jobId: string): UseQueryResult<JobDetails> {
  const { api } = useStudio();
  return useQuery({
    queryKey: jobKey(jobId),
    queryFn: () => read(api.GET("/v1/jobs/{job_id}", { params: { path: { job_id: jobId } } })),
    refetchInterval: ({ state }) => {
      if (state.data && hasEnded(state.data)) return false;
      return isLive ? POLL_WHILE_LIVE_MS : POLL_MS;
    },
    retry: false, // it asks again anyway
  });
}

export function jobKey(jobId: string): readonly [string, string] {
  return ["job", jobId];
}

export function hasEnded(job: Pick<JobDetails, "status">): boolean {
  return ENDED.has(job.status);
}

let isLive = false;
const listeners = new Set<() => void>();

/** Whether news comes by itself: then polling only looks for what got lost. */
export function setLive(live: boolean): void {
  isLive = live;
  for (const listener of listeners) listener();
}

export function useIsLive(): boolean {
  return useSyncExternalStore(subscribe, () => isLive);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Puts a job that was told of into the store, unless something newer is there. */
export function takeJob(queries: QueryClient, job: JobDetails): void {
  queries.setQueryData<JobDetails>(jobKey(job.job_id), (known) =>
    known && isNewer(known, job) ? known : job,
  );
}

/** An attempt's percent never falls, and an end is an end: news may have overtaken each other. */
export function isNewer(known: JobDetails, told: JobDetails): boolean {
  if (known.attempt !== told.attempt) return known.attempt > told.attempt;
  if (hasEnded(known) !== hasEnded(told)) return hasEnded(known);
  return known.percent > told.percent;
}
