import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { judge } from "../../cutting/photo";
import { useCutting } from "../studio";

/** Begins a session with a photo, whose page is shown at once; what can't be used is told before anything is sent. */
export function useObjectStart(projectId: string) {
  const { drafts } = useCutting();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async (file: File) => {
      await judge(file);
      await navigate(`/objects/${drafts.start(projectId, file)}`);
    },
  });
}
