import { Group, NativeSelect, Stack, Title } from "@mantine/core";
import { useSearchParams } from "react-router";
import { strings } from "../../strings";
import { STATUS_CHOICES, statusOf } from "../jobChoices";
import { useProjects } from "../lists";
import { JobsTable } from "../parts/JobsTable";
import { usePageTitle } from "../parts/usePageTitle";

const words = strings.jobList;

/** One's jobs by status and project; what is chosen stands in the address. */
export function JobsPage() {
  usePageTitle(words.title);
  const [asked, setAsked] = useSearchParams();
  const projects = useProjects();
  const status = statusOf(asked.get("status"));
  const project = asked.get("project") ?? "";
  const choose = (name: string, value: string) =>
    setAsked((now) => {
      if (value) now.set(name, value);
      else now.delete(name);
      return now;
    });
  const places = projects.data?.map(({ project_id, name }) => ({ value: project_id, label: name })) ?? [];
  return (
    <Stack gap="lg">
      <Title order={1}>{words.title}</Title>
      <Group>
        <NativeSelect
          label={words.status}
          data={STATUS_CHOICES}
          value={status ?? ""}
          onChange={(event) => choose("status", event.currentTarget.value)}
        />
        <NativeSelect
          label={words.project}
          data={[{ value: "", label: words.mine }, ...places]}
          value={project}
          onChange={(event) => choose("project", event.currentTarget.value)}
        />
      </Group>
      <JobsTable {...(status ? { status } : {})} {...(project ? { project } : {})} />
    </Stack>
  );
}
