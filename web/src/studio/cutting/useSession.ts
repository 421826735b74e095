import { useQuery } from "@tanstack/react-query";
import { read, type SessionDetails } from "../../api/client";
import { useStudio } from "../studio";

const POLL_MS = 1200;

/** A session as it stands; asked after while something is being made of it, and never while somebody cuts. */
export function useSession(session_id: string) {
  const { api } = useStudio();
  return useQuery({
    queryKey: sessionKey(session_id),
    queryFn: async () => {
      const params = { path: { session_id } };
      // The client's own type has forgotten how many numbers a place has.
      return (await read(api.GET("/v1/objects/{session_id}", { params }))) as SessionDetails;
    },
    refetchInterval: ({ state }) => (state.data && isMoving(state.data) ? POLL_MS : false),
    refetchOnWindowFocus: ({ state }) => state.data === undefined || isMoving(state.data),
    refetchOnReconnect: ({ state }) => state.data === undefined || isMoving(state.data),
  });
}

export function sessionKey(sessionId: string): readonly [string, string] {
  return ["session", sessionId];
}

function isMoving({ step }: Pick<SessionDetails, "step">): boolean {
  return step === "encoding" || step === "building";
}
