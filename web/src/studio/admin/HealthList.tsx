import { Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { read } from "../../api/client";
import { strings } from "../../strings";
import { Loading } from "../parts/Loading";
import { ProblemNotice } from "../parts/ProblemNotice";
import { useStudio } from "../studio";

const words = strings.admin;

/** Whether what the studio stands on answers, and what goes on. */
export function HealthList() {
  const { api } = useStudio();
  const health = useQuery({
    queryKey: ["admin", "health"],
    // A 503 says which part is down, in the same shape.
    queryFn: async () => {
      const { data, error } = await api.GET("/v1/health");
      return (data ?? error) as Record<string, string>;
    },
    refetchInterval: 10_000,
  });
  const overview = useQuery({
    queryKey: ["admin", "overview"],
    queryFn: () => read(api.GET("/v1/admin/overview")),
    refetchInterval: 10_000,
  });
  const error = health.error ?? overview.error;
  if (error) return <ProblemNotice error={error} again={() => void health.refetch()} />;
  if (!health.data || !overview.data) return <Loading />;
  return (
    <Stack maw="30rem">
      <Text>{words.open(overview.data.open_jobs, overview.data.open_work)}</Text>
      <ul className="rows">
        {Object.entries(words.parts).map(([part, label]) => (
          <li key={part}>
            <Group justify="space-between">
              <Text>{label}</Text>
              <span className="status" data-mood={health.data[part] === "ok" ? "good" : "bad"}>
                {health.data[part] === "ok" ? words.up : words.down}
              </span>
            </Group>
          </li>
        ))}
      </ul>
    </Stack>
  );
}
