import { Group, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import { read } from "../../api/client";
import { ago } from "../../formats";
import { strings } from "../../strings";
import { useStudio } from "../studio";

const words = strings.batches;
const NEWEST = 10;

/** The newest batches of a project. Nothing before the first. */
export function BatchList({ projectId: project }: { projectId: string }) {
  const { api } = useStudio();
  const batches = useQuery({
    queryKey: ["batches", project],
    queryFn: () => read(api.GET("/v1/batches", { params: { query: { project, limit: NEWEST } } })),
  });
  if (!batches.data || batches.data.batches.length === 0) return null;
  return (
    <Stack component="section" aria-label={words.title} gap="xs">
      <Title order={2}>{words.title}</Title>
      <ul className="rows">
        {batches.data.batches.map((batch) => (
          <li key={batch.batch_id}>
            <Group justify="space-between">
              <Link to={`/batches/${batch.batch_id}`}>{batch.name}</Link>
              <Text size="sm" c="dimmed">
                {words.done(batch.jobs.succeeded ?? 0, batch.count)} · {ago(batch.created_at)}
              </Text>
            </Group>
          </li>
        ))}
      </ul>
    </Stack>
  );
}
