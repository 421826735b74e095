import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { type JobDetails, read } from "../api/client";
import { useStudio } from "../studio/studio";
import { jobKey, setLive, takeJob } from "./jobs";
import { LiveSocket } from "./socket";

/** What the studio tells: a job as it stands now, or, where that is too long to be told, that it changed. */
type News =
  | { readonly type: "job"; readonly job: JobDetails }
  | { readonly type: "job_changed"; readonly job_id: string };

/** Hears news as long as the part is shown. Polling covers whatever time it is deaf. */
export function useLive(): void {
  const { api } = useStudio();
  const queries = useQueryClient();
  useEffect(() => {
    const turn = (live: boolean) => {
      setLive(live);
      // What happened in between was not heard; and from now on polls come in another rhythm.
      void queries.invalidateQueries({ queryKey: ["job"] });
    };
    const socket = new LiveSocket(() => read(api.POST("/v1/live/tickets")), {
      hear: (message) => take(queries, message as News),
      opened: () => turn(true),
      lost: () => turn(false),
    });
    socket.open();
    return () => {
      socket.close();
      setLive(false);
    };
  }, [api, queries]);
}

function take(queries: QueryClient, news: News): void {
  if (news.type === "job") takeJob(queries, news.job);
  if (news.type === "job_changed") void queries.invalidateQueries({ queryKey: jobKey(news.job_id) });
}
