import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import { judge } from "../../cutting/photo";
import { useCutting } from "../studio";

/**
 * Begins a session with a photo in the project that is found for it, and shows its page at once; what can't be used
 * is told before anything is sent.
 */
export function useObjectStart(findProject: (file: File) => string | Promise<string>) {
  const { drafts } = useCutting();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async (file: File) => {
      await judge(file);
      const projectId = await findProject(file);
      await navigate(`/objects/${drafts.start(projectId, file)}`);
    },
  });
}
