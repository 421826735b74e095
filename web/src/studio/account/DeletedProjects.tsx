import { Button, Group, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { read } from "../../api/client";
import { day } from "../../formats";
import { strings } from "../../strings";
import { ProblemNotice } from "../parts/ProblemNotice";
import { Section } from "../parts/Section";
import { useStudio } from "../studio";

const words = strings.account.deleted;

/** Projects that can still be brought back; nothing where there are none. */
export function DeletedProjects() {
  const { api } = useStudio();
  const queries = useQueryClient();
  const deleted = useQuery({
    queryKey: ["deleted-projects"],
    queryFn: () => read(api.GET("/v1/deleted-projects")),
  });
  const restore = useMutation({
    mutationFn: (project_id: string) =>
      read(api.POST("/v1/deleted-projects/{project_id}/restore", { params: { path: { project_id } } })),
    onSettled: async () => {
      await queries.invalidateQueries({ queryKey: ["deleted-projects"] });
      await queries.invalidateQueries({ queryKey: ["projects"] });
    },
  });
  if (!deleted.data?.projects.length) return null;
  return (
    <Section title={words.title}>
      {restore.error && <ProblemNotice error={restore.error} />}
      <ul className="rows">
        {deleted.data.projects.map((project) => (
          <li key={project.project_id}>
            <Group justify="space-between" wrap="nowrap">
              <Text style={{ overflowWrap: "anywhere" }}>
                {project.name}{" "}
                <Text span c="dimmed">
                  {words.until(day(project.purged_at))}
                </Text>
              </Text>
              <Button
                size="xs"
                variant="default"
                style={{ flexShrink: 0 }}
                aria-label={words.restoreNamed(project.name)}
                onClick={() => restore.mutate(project.project_id)}
              >
                {words.restore}
              </Button>
            </Group>
          </li>
        ))}
      </ul>
    </Section>
  );
}
