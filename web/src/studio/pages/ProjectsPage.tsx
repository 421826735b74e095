import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { type Project, read, type Tour } from "../../api/client";
import { ago } from "../../formats";
import { randomName } from "../../randomName";
import { strings } from "../../strings";
import { tourName } from "../../upload/names";
import type { TourOptions } from "../../upload/remembered";
import type { Source } from "../../upload/sources";
import { useObjectStart } from "../cutting/useObjectStart";
import { PlusIcon } from "../icons";
import { useProjects, useTours } from "../lists";
import { DropZone } from "../parts/DropZone";
import { Loading } from "../parts/Loading";
import { NameDialog } from "../parts/NameDialog";
import { ProblemNotice } from "../parts/ProblemNotice";
import { TourPicture } from "../parts/TourPicture";
import { TransferList } from "../parts/TransferList";
import { useDropToStart } from "../parts/useDropToStart";
import { usePageTitle } from "../parts/usePageTitle";
import { useStudio } from "../studio";

const words = strings.projects;
// A project shows its newest picture; tours that were refused have none.
const LOOKED_AT = 3;

export function ProjectsPage() {
  usePageTitle(words.title);
  const projects = useProjects();
  const tours = useTours();
  const [isMaking, setMaking] = useState(false);
  const create = useCreateProject();
  const start = useDropToStart();
  const begin = useMutation({
    // One drag is enough: the project is made for it, named after what was dropped.
    mutationFn: async ([sources, options]: [readonly Source[], TourOptions]) => {
      const project = await create(tourName(sources[0]?.name ?? words.new));
      start(project.project_id, sources, options);
    },
  });
  const object = useObjectStart(async (file) => (await create(tourName(file.name))).project_id);
  return (
    <Stack gap="xl">
      <Group justify="space-between">
        <Title order={1}>{words.title}</Title>
        <Button variant="default" leftSection={<PlusIcon />} onClick={() => setMaking(true)}>
          {words.new}
        </Button>
      </Group>
      <TransferList />
      {begin.error && <ProblemNotice error={begin.error} />}
      {object.error && <ProblemNotice error={object.error} />}
      {projects.error && <ProblemNotice error={projects.error} again={() => void projects.refetch()} />}
      {projects.isPending && <Loading />}
      {projects.data && projects.data.length > 0 && (
        <ul className="grid">
          {projects.data.map((project) => (
            <ProjectCard key={project.project_id} project={project} tours={tours.data ?? []} />
          ))}
        </ul>
      )}
      {projects.hasNextPage && (
        <Button
          variant="default"
          onClick={() => void projects.fetchNextPage()}
          loading={projects.isFetchingNextPage}
        >
          {strings.more}
        </Button>
      )}
      <DropZone
        title={words.none}
        text={words.noneText}
        take={(sources, options) => begin.mutate([sources, options])}
        takePhoto={(file) => object.mutate(file)}
      />
      {isMaking && <NewProject close={() => setMaking(false)} create={create} />}
    </Stack>
  );
}

function useCreateProject(): (name: string) => Promise<Project> {
  const { api } = useStudio();
  const queries = useQueryClient();
  return async (name) => {
    const params = { header: { "Idempotency-Key": randomName() } };
    const project = await read(api.POST("/v1/projects", { params, body: { name } }));
    await queries.invalidateQueries({ queryKey: ["projects"] });
    return project;
  };
}

function ProjectCard({ project, tours }: { project: Project; tours: readonly Tour[] }) {
  const own = tours.filter((tour) => tour.project_id === project.project_id);
  return (
    <li>
      <Link className="card" to={`/projects/${project.project_id}`}>
        <TourPicture jobIds={own.slice(0, LOOKED_AT).map((tour) => tour.job_id)} />
        <Stack p="md" gap={2}>
          <Text fw={600} truncate>
            {project.name}
          </Text>
          <Text size="sm" c="dimmed">
            {strings.projects.tours(own.length)} · {ago(project.created_at)}
          </Text>
        </Stack>
      </Link>
    </li>
  );
}

function NewProject({ close, create }: { close: () => void; create: (name: string) => Promise<Project> }) {
  const navigate = useNavigate();
  const save = async (name: string) => {
    const project = await create(name);
    await navigate(`/projects/${project.project_id}`);
  };
  return <NameDialog title={words.new} submit={words.create} close={close} save={save} />;
}
