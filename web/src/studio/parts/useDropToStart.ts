import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useNavigate } from "react-router";
import type { TourOptions } from "../../upload/remembered";
import type { Source } from "../../upload/sources";
import { useTransferList, useTransfers } from "../studio";

/**
 * Starts transfers; when the one that was begun last on this page has become a job, goes to it. Whoever has
 * left the page in the meantime stays where they are.
 */
export function useDropToStart(): (
  projectId: string,
  sources: readonly Source[],
  options: TourOptions,
) => void {
  const transfers = useTransfers();
  const list = useTransferList();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const awaited = useRef<string | null>(null);
  useEffect(() => {
    const done = list.find((one) => one.id === awaited.current && one.phase === "done");
    if (!done) return;
    awaited.current = null;
    transfers.dismiss(done.id);
    void queries.invalidateQueries({ queryKey: ["tours"] });
    void navigate(`/jobs/${done.jobId}`);
  }, [list, navigate, queries, transfers]);
  return (projectId, sources, options) => {
    for (const source of sources) awaited.current = transfers.start(projectId, source, options);
  };
}
