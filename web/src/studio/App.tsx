import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { Navigate, Route, Routes, useLocation } from "react-router";
import { read } from "../api/client";
import { useLive } from "../live/useLive";
import { Transfers } from "../upload/transfers";
import { AuthPage } from "./pages/AuthPage";
import { JobPage } from "./pages/JobPage";
import { NotFoundPage } from "./pages/NotFoundPage";
import { Onward } from "./pages/Onward";
import { ProjectPage } from "./pages/ProjectPage";
import { ProjectsPage } from "./pages/ProjectsPage";
import { Frame } from "./parts/Frame";
import { Loading } from "./parts/Loading";
import { ProblemNotice } from "./parts/ProblemNotice";
import { TransfersContext, useSignedIn, useStudio } from "./studio";

export function App() {
  return useSignedIn() ? <SignedIn /> : <SignedOut />;
}

function SignedOut() {
  const queries = useQueryClient();
  const { pathname } = useLocation();
  // Nobody sees what the one before them has loaded.
  useEffect(() => queries.clear(), [queries]);
  return (
    <Routes>
      <Route path="/welcome/*" element={<AuthPage />} />
      <Route path="*" element={<Navigate to="/welcome" replace state={{ from: pathname }} />} />
    </Routes>
  );
}

function SignedIn() {
  const { api } = useStudio();
  const me = useQuery({ queryKey: ["me"], queryFn: () => read(api.GET("/v1/auth/me")), staleTime: Infinity });
  if (me.data) return <Rooms userId={me.data.user_id} email={me.data.email} />;
  if (me.error) return <ProblemNotice error={me.error} again={() => void me.refetch()} m="xl" />;
  return <Loading />;
}

function Rooms({ userId, email }: { userId: string; email: string }) {
  const { api } = useStudio();
  useLive();
  const transfers = useMemo(() => new Transfers(api, userId), [api, userId]);
  useEffect(() => {
    void transfers.recover();
    return () => transfers.close();
  }, [transfers]);
  return (
    <TransfersContext value={transfers}>
      <Frame email={email}>
        <Routes>
          <Route path="/" element={<ProjectsPage />} />
          <Route path="/projects/:projectId" element={<ProjectPage />} />
          <Route path="/jobs/:jobId" element={<JobPage />} />
          <Route path="/welcome/*" element={<Onward />} />
          <Route path="*" element={<NotFoundPage />} />
        </Routes>
      </Frame>
    </TransfersContext>
  );
}
