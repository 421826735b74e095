import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
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

export function useProject(project_id: string) {
  const { api } = useStudio();
  return useQuery({
    queryKey: ["project", project_id],
    queryFn: () => read(api.GET("/v1/projects/{project_id}", { params: { path: { project_id } } })),
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
