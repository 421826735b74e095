import { ActionIcon, Anchor, Button, Group, Menu, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { type Project, read, type Tour } from "../../api/client";
import { asProblem } from "../../api/problem";
import { ago } from "../../formats";
import { useJob } from "../../live/jobs";
import { strings } from "../../strings";
import { ObjectStart } from "../cutting/ObjectStart";
import { useObjectStart } from "../cutting/useObjectStart";
import { DotsIcon } from "../icons";
import { useProject, useTours } from "../lists";
import { SessionList } from "../objects/SessionList";
import { BatchList } from "../parts/BatchList";
import { ProjectCosts } from "../parts/Costs";
import { DropZone } from "../parts/DropZone";
import { SureDialog } from "../parts/FormDialog";
import { JobStatus } from "../parts/JobStatus";
import { Loading } from "../parts/Loading";
import { MembersDialog } from "../parts/MembersDialog";
import { NameDialog } from "../parts/NameDialog";
import { NewBatch } from "../parts/NewBatch";
import { ProblemNotice } from "../parts/ProblemNotice";
import { TimeLeft } from "../parts/TimeLeft";
import { TourPicture } from "../parts/TourPicture";
import { TransferList } from "../parts/TransferList";
import { useDropToStart } from "../parts/useDropToStart";
import { usePageTitle } from "../parts/usePageTitle";
import { useStudio } from "../studio";
import { NotFoundPage } from "./NotFoundPage";

const words = strings.projects;

export function ProjectPage() {
  const { projectId = "" } = useParams();
  const project = useProject(projectId);
  const tours = useTours(projectId);
  const start = useDropToStart();
  const object = useObjectStart(() => projectId);
  usePageTitle(project.data?.name);
  if (project.error && asProblem(project.error).status === 404) return <NotFoundPage />;
  if (project.error) return <ProblemNotice error={project.error} again={() => void project.refetch()} />;
  if (!project.data) return <Loading />;
  return (
    <Stack gap="xl">
      <Stack gap={4}>
        <Anchor component={Link} to="/" size="sm">
          {words.title}
        </Anchor>
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Title order={1} style={{ overflowWrap: "anywhere" }}>
            {project.data.name}
          </Title>
          <ProjectMenu project={project.data} />
        </Group>
        <ProjectCosts projectId={projectId} />
      </Stack>
      <TransferList projectId={projectId} />
      {project.data.role !== "viewer" && (
        <DropZone
          title={strings.tours.drop}
          text={strings.tours.dropText}
          take={(sources, options) => start(projectId, sources, options)}
          takePhoto={(file) => object.mutate(file)}
        />
      )}
      {project.data.role !== "viewer" && (
        <ObjectStart take={(file) => object.mutate(file)} error={object.error} />
      )}
      {tours.error && <ProblemNotice error={tours.error} again={() => void tours.refetch()} />}
      {tours.data && tours.data.length > 0 && (
        <Stack component="section" aria-label={strings.tours.title}>
          <Title order={2}>{strings.tours.title}</Title>
          <ul className="grid">
            {tours.data.map((tour) => (
              <TourCard key={tour.tour_id} tour={tour} />
            ))}
          </ul>
        </Stack>
      )}
      <SessionList projectId={projectId} canChange={project.data.role !== "viewer"} />
      <BatchList projectId={projectId} />
      {tours.hasNextPage && (
        <Button
          variant="default"
          onClick={() => void tours.fetchNextPage()}
          loading={tours.isFetchingNextPage}
        >
          {strings.more}
        </Button>
      )}
    </Stack>
  );
}

function TourCard({ tour }: { tour: Tour }) {
  const job = useJob(tour.job_id);
  return (
    <li>
      <Link className="card" to={`/jobs/${tour.job_id}`}>
        <TourPicture jobIds={[tour.job_id]} />
        <Stack p="md" gap={2}>
          <Text fw={600} truncate>
            {tour.name}
          </Text>
          <Group justify="space-between" gap="xs">
            {job.data ? <JobStatus status={job.data.status} code={job.data.problem?.code} /> : <span />}
            {tour.is_published && (
              <span className="status" data-mood="good">
                {strings.publish.isPublished}
              </span>
            )}
            <Text size="sm" c="dimmed">
              {job.data?.status === "running" ? <TimeLeft job={job.data} /> : ago(tour.created_at)}
            </Text>
          </Group>
        </Stack>
      </Link>
    </li>
  );
}

function ProjectMenu({ project }: { project: Project }) {
  const [asking, setAsking] = useState<"people" | "several" | "rename" | "delete" | null>(null);
  const close = () => setAsking(null);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size="lg" aria-label={words.menu(project.name)}>
            <DotsIcon />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setAsking("people")}>{strings.members.title}</Menu.Item>
          {project.role !== "viewer" && (
            <Menu.Item onClick={() => setAsking("several")}>{strings.batches.several}</Menu.Item>
          )}
          {project.role !== "viewer" && (
            <Menu.Item onClick={() => setAsking("rename")}>{words.rename}</Menu.Item>
          )}
          {project.role === "owner" && (
            <Menu.Item onClick={() => setAsking("delete")} c="var(--mantine-color-error)">
              {words.delete}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {asking === "people" && <MembersDialog project={project} close={close} />}
      {asking === "several" && <NewBatch projectId={project.project_id} close={close} />}
      {asking === "rename" && <Rename project={project} close={close} />}
      {asking === "delete" && <Delete project={project} close={close} />}
    </>
  );
}

function Rename({ project, close }: { project: Project; close: () => void }) {
  const { api } = useStudio();
  const queries = useQueryClient();
  const params = { path: { project_id: project.project_id } };
  const save = async (name: string) => {
    const renamed = await read(api.PATCH("/v1/projects/{project_id}", { params, body: { name } }));
    queries.setQueryData(["project", project.project_id], renamed);
    void queries.invalidateQueries({ queryKey: ["projects"] });
    close();
  };
  return <NameDialog title={words.rename} initial={project.name} close={close} save={save} />;
}

function Delete({ project, close }: { project: Project; close: () => void }) {
  const { api } = useStudio();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const params = { path: { project_id: project.project_id } };
  const remove = useMutation({
    mutationFn: () => read(api.DELETE("/v1/projects/{project_id}", { params })),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ["projects"] });
      void navigate("/");
    },
  });
  return (
    <SureDialog title={words.deleteTitle(project.name)} close={close} action={remove} submit={words.delete}>
      {words.deleteText}
    </SureDialog>
  );
}
