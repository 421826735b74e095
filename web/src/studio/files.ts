import { type UseQueryResult, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { type Api, type JobFile, type JobFilePage, read } from "../api/client";
import { problemOf } from "../api/problem";
import { useStudio } from "./studio";

const LINKS_ARE_FRESH_MS = 10 * 60_000; // they last a quarter of an hour

function askFiles(api: Api, jobId: string, stage: string, prefix: string, limit: number, cursor?: string) {
  const path = { job_id: jobId, stage };
  const query = { prefix, limit, ...(cursor ? { cursor } : {}) };
  return read(api.GET("/v1/jobs/{job_id}/stages/{stage}/files", { params: { path, query } }));
}

/** A stage's files below a prefix with links to them, some at a time. */
export function useFiles(jobId: string, stage: string, prefix: string, limit: number) {
  const { api } = useStudio();
  return useInfiniteQuery({
    queryKey: ["files", jobId, stage, prefix, limit],
    queryFn: ({ pageParam }): Promise<JobFilePage> => askFiles(api, jobId, stage, prefix, limit, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: JobFilePage) => page.cursor ?? undefined,
    staleTime: LINKS_ARE_FRESH_MS,
  });
}

/** The link to one file of a stage; null where there is no such file. */
export function useFile(
  jobId: string,
  stage: string,
  path: string,
  enabled = true,
): UseQueryResult<JobFile | null> {
  const { api } = useStudio();
  return useQuery({
    queryKey: ["file", jobId, stage, path],
    queryFn: () => findFile(api, jobId, stage, path),
    staleTime: LINKS_ARE_FRESH_MS,
    enabled,
  });
}

async function findFile(api: Api, jobId: string, stage: string, path: string): Promise<JobFile | null> {
  const page = await askFiles(api, jobId, stage, path, 1);
  return page.files.find((file) => file.path === path) ?? null;
}

/** A stage's JSON document; null where it wrote none. `Document` is what its module says it writes. */
export function useDocument<Document>(
  jobId: string,
  stage: string,
  path: string,
): UseQueryResult<Document | null> {
  return useContent(jobId, stage, path, (answer) => answer.json() as Promise<Document>);
}

/** The text of a file; null where there is none. */
export function useText(jobId: string, stage: string, path: string): UseQueryResult<string | null> {
  return useContent(jobId, stage, path, (answer) => answer.text());
}

function useContent<Content>(
  jobId: string,
  stage: string,
  path: string,
  readIt: (answer: Response) => Promise<Content>,
): UseQueryResult<Content | null> {
  const { api } = useStudio();
  return useQuery({
    queryKey: ["content", jobId, stage, path],
    queryFn: async () => {
      const file = await findFile(api, jobId, stage, path);
      if (file === null) return null;
      const answer = await fetch(file.url);
      if (!answer.ok) throw problemOf(answer.status, null);
      return readIt(answer);
    },
    staleTime: Infinity, // what a finished stage wrote does not change
  });
}
