import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useLocation, useNavigate } from "react-router";
import { read } from "../../api/client";
import { strings } from "../../strings";
import { Loading } from "../parts/Loading";
import { ProblemNotice } from "../parts/ProblemNotice";
import { usePageTitle } from "../parts/usePageTitle";
import { useStudio } from "../studio";

/** Where the link in an invitation leads. The code stands behind the `#`, which no server sees. */
export function InvitationPage() {
  usePageTitle(strings.members.accepting);
  const { api } = useStudio();
  const code = useLocation().hash.slice(1);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const accept = useMutation({
    mutationFn: () => read(api.POST("/v1/invitations/accept", { body: { code } })),
    onSuccess: async (project) => {
      await queries.invalidateQueries({ queryKey: ["projects"] });
      await navigate(`/projects/${project.project_id}`, { replace: true });
    },
  });
  const { mutate } = accept;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each code
  useEffect(() => mutate(), [code]);
  return accept.error ? <ProblemNotice error={accept.error} /> : <Loading />;
}
