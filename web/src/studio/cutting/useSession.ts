import { useQuery } from "@tanstack/react-query";
import { read, type SessionDetails } from "../../api/client";
import { useStudio } from "../studio";

const POLL_MS = 1200;

/** A session as it stands; asked after while something is being made of it, and never while somebody cuts. */
export function useSession(session_id: string) {
  const { api } = useStudio();
  return useQuery({
    queryKey: sessionKey(session_id),
    queryFn: () => read(api.GET("/v1/objects/{session_id}", { params: { path: { session_id } } })),
    refetchInterval: ({ state }) => (state.data && isMoving(state.data) ? POLL_MS : false),
    refetchOnWindowFocus: ({ state }) => state.data === undefined || isMoving(state.data),
    refetchOnReconnect: ({ state }) => state.data === undefined || isMoving(state.data),
  });
}

export function sessionKey(sessionId: string): readonly [string, string] {
  return ["session", sessionId];
}

function isMoving({ step }: SessionDetails): boolean {
  return step === "encoding" || step === "building";
}
