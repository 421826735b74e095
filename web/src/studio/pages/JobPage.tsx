import { Anchor, Button, Group, Progress, Stack, Text, Title, VisuallyHidden } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { type JobDetails, read, type StageView } from "../../api/client";
import { asProblem } from "../../api/problem";
import { duration } from "../../formats";
import { hasEnded, takeJob, useIsLive, useJob } from "../../live/jobs";
import { strings } from "../../strings";
import { Findings, RefusedFindings } from "../findings/Findings";
import { CheckIcon, CrossIcon } from "../icons";
import { useProject } from "../lists";
import { LiftObject } from "../objects/LiftObject";
import { AgainDialog } from "../parts/AgainDialog";
import { RaiseBudget } from "../parts/Budget";
import { JobCosts } from "../parts/Costs";
import { SureDialog } from "../parts/FormDialog";
import { BUDGET_REACHED, JobStatus, moodOf } from "../parts/JobStatus";
import { Loading } from "../parts/Loading";
import { LogButton } from "../parts/LogButton";
import { ProblemNotice } from "../parts/ProblemNotice";
import { PublishPanel } from "../parts/PublishPanel";
import { TimeLeft } from "../parts/TimeLeft";
import { TourMenu } from "../parts/TourMenu";
import { TourPicture } from "../parts/TourPicture";
import { usePageTitle } from "../parts/usePageTitle";
import { useStudio } from "../studio";
import { NotFoundPage } from "./NotFoundPage";

const words = strings.jobs;

export function JobPage() {
  const { jobId = "" } = useParams();
  const job = useJob(jobId);
  const subject = useSubject(job.data);
  usePageTitle(subject.name);
  if (!job.data) {
    if (job.error && asProblem(job.error).status === 404) return <NotFoundPage />;
    if (job.error) return <ProblemNotice error={job.error} again={() => void job.refetch()} />;
    return <Loading />;
  }
  return (
    <Stack gap="lg">
      <Head job={job.data} name={subject.name ?? "…"} isGone={subject.isGone} />
      {job.error && (
        <Text className="notice" data-mood="busy" role="status">
          {strings.problems.reconnecting}
        </Text>
      )}
      <JobProblem job={job.data} />
      <Stages job={job.data} />
      <JobCosts job={job.data} />
    </Stack>
  );
}

interface Subject {
  /** Undefined until it is known. */
  readonly name: string | undefined;
  /** It was deleted; its job tells what it took all the same. */
  readonly isGone: boolean;
}

/** What the job makes. */
function useSubject(job: JobDetails | undefined): Subject {
  const { api } = useStudio();
  const tour_id = job?.subject_id ?? "";
  const isOfPhoto = job !== undefined && OF_PHOTOS.has(job.product);
  const isCapture = job?.product === "captures";
  const tour = useQuery({
    queryKey: [isCapture ? "upload" : "tour", tour_id],
    queryFn: async (): Promise<{ name: string }> =>
      isCapture
        ? read(api.GET("/v1/uploads/{upload_id}", { params: { path: { upload_id: tour_id } } }))
        : read(api.GET("/v1/tours/{tour_id}", { params: { path: { tour_id } } })),
    enabled: job !== undefined && !isOfPhoto,
    staleTime: Infinity,
  });
  if (isOfPhoto) return { name: job.name, isGone: false };
  const isGone = tour.error !== null && asProblem(tour.error).status === 404;
  return { name: isGone ? job?.name : tour.data?.name, isGone };
}

/** Products whose jobs belong to a session of a photo. */
const OF_PHOTOS = new Set(["objects", "photos"]);

function Head({ job, name, isGone }: { job: JobDetails; name: string; isGone: boolean }) {
  const project = useProject(job.project_id);
  const isLive = useIsLive();
  const isDone = !isGone && job.status === "succeeded" && job.stage_names.includes("package_tour");
  const canChange = project.data !== undefined && project.data.role !== "viewer";
  return (
    <Stack gap="sm">
      <Anchor component={Link} to={`/projects/${job.project_id}`} size="sm" w="fit-content">
        {project.data?.name ?? strings.projects.title}
      </Anchor>
      <Group justify="space-between" align="flex-start">
        <Stack gap={4}>
          <Title order={1} style={{ overflowWrap: "anywhere" }}>
            {name}
          </Title>
          <Group gap="md">
            <JobStatus status={job.status} code={job.problem?.code} />
            {isLive && !hasEnded(job) && (
              <span className="status" data-mood="good" title={words.liveText}>
                {words.live}
              </span>
            )}
            <Text size="sm" c="dimmed">
              {factsOf(job)}
            </Text>
          </Group>
        </Stack>
        <Group>
          {isDone && (
            // A page of its own, without React: a whole navigation.
            <Button component="a" href={`/view/${job.subject_id}`}>
              {strings.tours.explore}
            </Button>
          )}
          {isDone && canChange && <LiftObject job={job} />}
          {OF_PHOTOS.has(job.product) && (
            <Button component={Link} to={`/objects/${job.subject_id}`}>
              {strings.sessions.open}
            </Button>
          )}
          {job.product === "captures" && hasEnded(job) && <MakeTour job={job} />}
          {!isGone && <Actions job={job} />}
          {job.product === "tours" && canChange && !isGone && <TourMenu job={job} name={name} />}
        </Group>
      </Group>
      {isGone && <Text c="dimmed">{job.product === "tours" ? strings.tours.gone : words.gone}</Text>}
      {!hasEnded(job) && (
        <Stack gap={4}>
          <Progress.Root size="lg" transitionDuration={300}>
            <Progress.Section value={job.percent} aria-label={words.progress} />
          </Progress.Root>
          <Group justify="space-between">
            <Text size="sm">{job.message}</Text>
            <Group gap="sm">
              <Text size="sm">
                <TimeLeft job={job} />
              </Text>
              <Text size="sm" c="dimmed">
                {strings.units.percent(job.percent)}
              </Text>
            </Group>
          </Group>
        </Stack>
      )}
      {isDone && (
        <div className="card hero">
          <TourPicture jobIds={[job.job_id]} />
        </div>
      )}
      {isDone && <PublishPanel tourId={job.subject_id} canChange={project.data?.role !== "viewer"} />}
      <VisuallyHidden role="status">{words.announce(name, words.status[job.status])}</VisuallyHidden>
    </Stack>
  );
}

/** The way on from a capture that was judged: the same upload, now as a tour. */
function MakeTour({ job }: { job: JobDetails }) {
  const { api } = useStudio();
  const navigate = useNavigate();
  const make = useMutation({
    mutationFn: () =>
      read(
        api.POST("/v1/tours", {
          params: { header: { "Idempotency-Key": `after.${job.job_id}` } },
          body: { project_id: job.project_id, upload_id: job.subject_id },
        }),
      ),
    onSuccess: (tour) => void navigate(`/jobs/${tour.job_id}`),
  });
  return (
    <Stack gap={4} align="flex-end">
      <Button onClick={() => make.mutate()} loading={make.isPending}>
        {strings.capture.makeTour}
      </Button>
      {make.error && <ProblemNotice error={make.error} />}
    </Stack>
  );
}

function factsOf(job: JobDetails): string {
  const took = job.started_at && job.ended_at ? words.took(duration(job.ended_at - job.started_at)) : "";
  return [job.attempt > 1 ? words.attempt(job.attempt) : "", took].filter(Boolean).join(" · ");
}

function Actions({ job }: { job: JobDetails }) {
  const { api } = useStudio();
  const queries = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const [isChanging, setChanging] = useState(false);
  const params = { path: { job_id: job.job_id } };
  const take = (changed: JobDetails) => {
    takeJob(queries, changed);
    setAsking(false);
    // It was not polled since it had ended.
    void queries.invalidateQueries({ queryKey: ["job", job.job_id] });
  };
  const retry = useMutation({
    mutationFn: () => read(api.POST("/v1/jobs/{job_id}/retry", { params })),
    onSuccess: take,
  });
  const cancel = useMutation({
    mutationFn: () => read(api.POST("/v1/jobs/{job_id}/cancel", { params })),
    onSuccess: take,
  });
  const isStopped = job.problem?.code === BUDGET_REACHED;
  if (hasEnded(job)) {
    return (
      <Stack gap={4} align="flex-end">
        <Group>
          {isStopped && <RaiseBudget job={job} />}
          <Button variant="default" onClick={() => setChanging(true)}>
            {words.change}
          </Button>
          {job.status === "refused" && !isStopped && (
            <Button component={Link} to={`/projects/${job.project_id}`}>
              {OF_PHOTOS.has(job.product) ? words.anotherPhoto : words.another}
            </Button>
          )}
          {job.status !== "succeeded" && !isStopped && (
            <Button
              variant={job.status === "refused" ? "default" : "filled"}
              onClick={() => retry.mutate()}
              loading={retry.isPending}
            >
              {words.retry}
            </Button>
          )}
        </Group>
        {isChanging && <AgainDialog job={job} close={() => setChanging(false)} take={take} />}
        {retry.error && <ProblemNotice error={retry.error} />}
      </Stack>
    );
  }
  return (
    <>
      <Button variant="default" onClick={() => setAsking(true)}>
        {words.cancel}
      </Button>
      {isAsking && (
        <SureDialog
          title={words.cancelTitle}
          close={() => setAsking(false)}
          action={cancel}
          submit={words.cancel}
          keep={words.keep}
        >
          {words.cancelText}
        </SureDialog>
      )}
    </>
  );
}

/** Why the job ended as it did, and what its owner can do. */
function JobProblem({ job }: { job: JobDetails }) {
  const { problem } = job;
  if (!problem) return null;
  return (
    <Stack className="notice" data-mood="bad" role="alert" gap={4}>
      <Text fw={600}>{problem.message}</Text>
      {problem.advice && (
        <Text>
          <Text span fw={600}>
            {words.whatToDo}:
          </Text>{" "}
          {problem.advice}
        </Text>
      )}
      {job.status === "failed" && (
        <Text size="sm" c="dimmed">
          {words.correlation(job.correlation_id)}
        </Text>
      )}
    </Stack>
  );
}

function Stages({ job }: { job: JobDetails }) {
  const begun = new Map(job.stages.map((stage) => [stage.stage, stage]));
  return (
    <ol className="stages" aria-label={words.stages}>
      {job.stage_names.map((name, index) => (
        <Stage key={name} job={job} name={name} number={index + 1} stage={begun.get(name)} />
      ))}
    </ol>
  );
}

interface StageProps {
  readonly job: JobDetails;
  readonly name: string;
  readonly number: number;
  readonly stage: StageView | undefined;
}

function Stage({ job, name, number, stage }: StageProps) {
  const title = strings.stages[name] ?? name;
  const status = stage?.status;
  const log = <LogButton jobId={job.job_id} attempt={job.attempt} stage={name} title={title} />;
  return (
    <li className="stage">
      <StageMark status={status} number={number} />
      <Group justify="space-between" gap="xs">
        <Title order={2} fz="1.1rem">
          {title}
        </Title>
        {stage ? (
          <Group gap="md">
            <Text size="sm" c="dimmed">
              {stage.cached ? words.cached : stage.seconds !== null && duration(stage.seconds)}
            </Text>
            <JobStatus status={stage.status} />
          </Group>
        ) : (
          <Text size="sm" c="dimmed">
            {hasEnded(job) ? words.notBegun : words.coming}
          </Text>
        )}
      </Group>
      {stage?.status === "running" && <Running stage={stage} title={title} />}
      {stage?.problem && stage.problem.message !== job.problem?.message && (
        <Text mt="xs">{stage.problem.message}</Text>
      )}
      {stage?.status === "refused" && <RefusedFindings stage={stage} />}
      {stage && !isFinished(stage) && LOGGED.has(stage.status) && log}
      {stage && isFinished(stage) && (
        <div className="finding">
          <Findings jobId={job.job_id} stage={stage} />
          {log}
        </div>
      )}
    </li>
  );
}

const LOGGED = new Set<StageView["status"]>(["running", "refused", "failed", "cancelled"]);

function isFinished(stage: StageView): boolean {
  return stage.status === "succeeded" || stage.status === "reduced";
}

function StageMark({ status, number }: { status: StageView["status"] | undefined; number: number }) {
  const mood = status ? moodOf(status) : "quiet";
  return (
    <span className="stage-mark" data-mood={mood} aria-hidden="true">
      {mood === "good" ? <CheckIcon /> : mood === "bad" ? <CrossIcon size={12} /> : number}
    </span>
  );
}

function Running({ stage, title }: { stage: StageView; title: string }) {
  const metrics = Object.entries(stage.metrics);
  return (
    <Stack gap={4} mt="xs">
      <Progress.Root size="sm" transitionDuration={300}>
        <Progress.Section value={stage.percent} aria-label={words.stageProgress(title)} />
      </Progress.Root>
      <Text size="sm">{stage.message}</Text>
      {metrics.length > 0 && (
        <Text size="sm" c="dimmed">
          {metrics.map(([name, value]) => `${name.replaceAll("_", " ")} ${value}`).join(" · ")}
        </Text>
      )}
    </Stack>
  );
}
