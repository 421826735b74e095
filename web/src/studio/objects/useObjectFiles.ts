import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { type Api, read } from "../../api/client";
import { problemOf } from "../../api/problem";
import type { ObjectFiles } from "../../objectView/files";
import { useStudio } from "../studio";
import type { Build } from "./build";

const ADDRESSES_ARE_FRESH_MS = 45 * 60_000; // they last an hour

/** The files of a session's newest build, as soon as their address is known. */
export function useObjectFiles(sessionId: string, build: Build) {
  const { api } = useStudio();
  const view = useQuery({
    queryKey: ["object-files", sessionId, build.job_id, build.attempt],
    queryFn: () => openFolder(api, sessionId),
    staleTime: ADDRESSES_ARE_FRESH_MS,
    refetchInterval: ADDRESSES_ARE_FRESH_MS,
  });
  const folder = view.data;
  const files = useMemo(
    () => (folder === undefined ? null : filesIn(api, sessionId, folder)),
    [api, sessionId, folder],
  );
  return { files, error: view.error, again: () => void view.refetch() };
}

/** Where the newest build lies for a while. Throws `ApiProblem`. */
async function openFolder(api: Api, session_id: string): Promise<string> {
  const params = { path: { session_id } };
  const { files_url, build } = await read(api.GET("/v1/objects/{session_id}/view", { params }));
  return `${files_url}${build ?? ""}`;
}

function filesIn(api: Api, sessionId: string, folder: string): ObjectFiles {
  let address = folder;
  return {
    url: (path) => address + path,
    async fetch(path, signal) {
      let answer = await fetch(address + path, { signal });
      if (answer.status === 401) {
        address = await openFolder(api, sessionId); // it has run out
        answer = await fetch(address + path, { signal });
      }
      if (!answer.ok) throw problemOf(answer.status, null);
      return answer;
    },
  };
}
