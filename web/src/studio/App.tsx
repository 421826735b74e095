import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { Navigate, Route, Routes, useLocation } from "react-router";
import { type Me, read } from "../api/client";
import { Desks } from "../cutting/desks";
import { Drafts } from "../cutting/drafts";
import { useLive } from "../live/useLive";
import { Transfers } from "../upload/transfers";
import { AccountPage } from "./pages/AccountPage";
import { AdminPage } from "./pages/AdminPage";
import { AuthPage } from "./pages/AuthPage";
import { BatchPage } from "./pages/BatchPage";
import { InvitationPage } from "./pages/InvitationPage";
import { JobPage } from "./pages/JobPage";
import { JobsPage } from "./pages/JobsPage";
import { LettersPage } from "./pages/LettersPage";
import { NotFoundPage } from "./pages/NotFoundPage";
import { ObjectPage } from "./pages/ObjectPage";
import { Onward } from "./pages/Onward";
import { ProjectPage } from "./pages/ProjectPage";
import { ProjectsPage } from "./pages/ProjectsPage";
import { Frame } from "./parts/Frame";
import { Loading } from "./parts/Loading";
import { ProblemNotice } from "./parts/ProblemNotice";
import { CuttingContext, TransfersContext, useSignedIn, useStudio } from "./studio";

export function App() {
  return useSignedIn() ? <SignedIn /> : <SignedOut />;
}

function SignedOut() {
  const queries = useQueryClient();
  const { pathname, hash } = useLocation();
  // Nobody sees what the one before them has loaded.
  useEffect(() => queries.clear(), [queries]);
  return (
    <Routes>
      <Route path="/welcome/*" element={<AuthPage />} />
      <Route path="*" element={<Navigate to="/welcome" replace state={{ from: pathname + hash }} />} />
    </Routes>
  );
}

function SignedIn() {
  const { api } = useStudio();
  const me = useQuery({ queryKey: ["me"], queryFn: () => read(api.GET("/v1/auth/me")), staleTime: Infinity });
  if (me.data) return <Rooms me={me.data} />;
  if (me.error) return <ProblemNotice error={me.error} again={() => void me.refetch()} m="xl" />;
  return <Loading />;
}

function Rooms({ me }: { me: Me }) {
  const { user_id: userId } = me;
  const { api } = useStudio();
  useLive();
  const transfers = useMemo(() => new Transfers(api, userId), [api, userId]);
  useEffect(() => {
    void transfers.recover();
    return () => transfers.close();
  }, [transfers]);
  const cutting = useMemo(
    () => ({ userId, drafts: new Drafts(api, userId), desks: new Desks(userId) }),
    [api, userId],
  );
  useEffect(() => {
    void cutting.drafts.recover();
    return () => cutting.drafts.close();
  }, [cutting]);
  return (
    <TransfersContext value={transfers}>
      <CuttingContext value={cutting}>
        <Frame me={me}>
          <Routes>
            <Route path="/" element={<ProjectsPage />} />
            <Route path="/projects/:projectId" element={<ProjectPage />} />
            <Route path="/jobs" element={<JobsPage />} />
            <Route path="/batches/:batchId" element={<BatchPage />} />
            <Route path="/jobs/:jobId" element={<JobPage />} />
            <Route path="/objects/:sessionId" element={<ObjectPage />} />
            <Route path="/account" element={<AccountPage me={me} />} />
            <Route path="/invitations" element={<InvitationPage />} />
            {me.is_admin && <Route path="/admin/*" element={<AdminPage />} />}
            {me.is_admin && <Route path="/letters" element={<LettersPage />} />}
            <Route path="/welcome/*" element={<Onward />} />
            <Route path="*" element={<NotFoundPage />} />
          </Routes>
        </Frame>
      </CuttingContext>
    </TransfersContext>
  );
}
