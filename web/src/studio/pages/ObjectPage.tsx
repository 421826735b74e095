import { Anchor, Button, Group, Progress, Stack, Text, Title } from "@mantine/core";
import { useEffect, useState } from "react";
import { Link, useParams } from "react-router";
import type { JobDetails, SessionDetails } from "../../api/client";
import { ApiProblem, asProblem } from "../../api/problem";
import { isDraft } from "../../cutting/drafts";
import { strings } from "../../strings";
import { DraftDesk } from "../cutting/DraftDesk";
import { SessionDesk } from "../cutting/SessionDesk";
import { useSession } from "../cutting/useSession";
import { useProject } from "../lists";
import { ObjectView } from "../objects/ObjectView";
import { Loading } from "../parts/Loading";
import { ProblemNotice } from "../parts/ProblemNotice";
import { TimeLeft } from "../parts/TimeLeft";
import { usePageTitle } from "../parts/usePageTitle";
import { useCutting, useDrafts } from "../studio";
import { NotFoundPage } from "./NotFoundPage";

const words = strings.cutting;

/** A photo from the first look at it to the objects that were made of it. */
export function ObjectPage() {
  const { sessionId = "" } = useParams();
  return isDraft(sessionId) ? <DraftPage id={sessionId} /> : <SessionPage sessionId={sessionId} />;
}

function DraftPage({ id }: { id: string }) {
  const { drafts } = useCutting();
  const draft = useDrafts().find((one) => one.id === id);
  const [isRecovered, setRecovered] = useState(false);
  useEffect(() => {
    void drafts.recover().then(() => setRecovered(true));
  }, [drafts]);
  usePageTitle(draft?.name);
  if (draft) {
    return (
      <Stack gap="lg">
        <Head name={draft.name} projectId={draft.projectId} />
        <Text>{words.how}</Text>
        <DraftDesk draft={draft} />
      </Stack>
    );
  }
  if (!isRecovered) return <Loading />;
  return <ProblemNotice error={new ApiProblem(-1, "gone", words.gone, words.goneAdvice)} />;
}

function SessionPage({ sessionId }: { sessionId: string }) {
  const session = useSession(sessionId);
  usePageTitle(session.data?.name);
  if (!session.data) {
    if (session.error && asProblem(session.error).status === 404) return <NotFoundPage />;
    if (session.error) return <ProblemNotice error={session.error} again={() => void session.refetch()} />;
    return <Loading />;
  }
  return (
    <Stack gap="lg">
      <Head name={session.data.name} projectId={session.data.project_id} />
      <Step session={session.data} />
    </Stack>
  );
}

function Head({ name, projectId }: { name: string; projectId: string }) {
  const project = useProject(projectId);
  return (
    <Stack gap={4}>
      <Anchor component={Link} to={`/projects/${projectId}`} size="sm" w="fit-content">
        {project.data?.name ?? strings.projects.title}
      </Anchor>
      <Title order={1} style={{ overflowWrap: "anywhere" }}>
        {name}
      </Title>
    </Stack>
  );
}

function Step({ session }: { session: SessionDetails }) {
  const [isChanging, setChanging] = useState(false);
  const { step, photo, build_job: build } = session;
  useEffect(() => {
    if (step === "building") setChanging(false);
  }, [step]);
  if (step === "building" && build) return <Building job={build} />;
  if (step === "done" && !isChanging) {
    return (
      <Stack gap="lg">
        <ObjectView session={session} />
        <Button variant="default" w="fit-content" onClick={() => setChanging(true)}>
          {words.change}
        </Button>
      </Stack>
    );
  }
  const failed = step === "failed" ? (build ?? session.encode_job) : null;
  return (
    <Stack gap="md">
      {failed?.problem && <ProblemNotice error={problemOfJob(failed)} />}
      {step === "failed" && !photo ? <OtherPhoto session={session} /> : <Cutting session={session} />}
    </Stack>
  );
}

function Cutting({ session }: { session: SessionDetails }) {
  return (
    <Stack gap="md">
      <Text>{words.how}</Text>
      {session.photo?.warnings?.map((warning) => (
        <Text key={warning} size="sm" c="dimmed">
          {warning}
        </Text>
      ))}
      <SessionDesk session={session} />
    </Stack>
  );
}

function problemOfJob({ problem }: JobDetails): ApiProblem {
  return new ApiProblem(-1, problem?.code ?? "", problem?.message ?? "", problem?.advice ?? "");
}

/** Of a photo that could not be read nothing can be made. */
function OtherPhoto({ session }: { session: SessionDetails }) {
  return (
    <Button component={Link} to={`/projects/${session.project_id}`} w="fit-content">
      {words.other}
    </Button>
  );
}

function Building({ job }: { job: JobDetails }) {
  return (
    <Stack gap="xs" className="card" p="lg">
      <Title order={2}>{words.build.running}</Title>
      <Progress.Root size="lg" transitionDuration={300}>
        <Progress.Section value={job.percent} aria-label={words.build.progress} />
      </Progress.Root>
      <Group justify="space-between">
        <Text size="sm" role="status">
          {job.message}
        </Text>
        <Group gap="md">
          <Text size="sm">
            <TimeLeft job={job} />
          </Text>
          <Anchor component={Link} to={`/jobs/${job.job_id}`} size="sm">
            {words.seeJob}
          </Anchor>
        </Group>
      </Group>
    </Stack>
  );
}
