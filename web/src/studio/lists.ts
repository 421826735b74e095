import { useInfiniteQuery } from "@tanstack/react-query";
import { read } from "../api/client";
import { useStudio } from "./studio";

function nextOf(page: { readonly cursor?: string | null }): string | undefined {
  return page.cursor ?? undefined;
}

/** The person's projects, newest first, some at a time. */
export function useProjects() {
  const { api } = useStudio();
  return useInfiniteQuery({
    queryKey: ["projects"],
    queryFn: ({ pageParam: cursor }) => {
      const query = { limit: 24, ...(cursor ? { cursor } : {}) };
      return read(api.GET("/v1/projects", { params: { query } }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextOf,
    select: (data) => data.pages.flatMap((page) => page.projects),
  });
}

/** The person's tours, of one project or all, newest first, some at a time. */
export function useTours(project?: string) {
  const { api } = useStudio();
  return useInfiniteQuery({
    queryKey: ["tours", project ?? null],
    queryFn: ({ pageParam: cursor }) => {
      const query = { limit: 50, ...(project ? { project } : {}), ...(cursor ? { cursor } : {}) };
      return read(api.GET("/v1/tours", { params: { query } }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: nextOf,
    select: (data) => data.pages.flatMap((page) => page.tours),
  });
}
