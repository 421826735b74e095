import { Group, Progress, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { read } from "../../api/client";
import { day } from "../../formats";
import { strings } from "../../strings";
import { ProblemNotice } from "../parts/ProblemNotice";
import { Section } from "../parts/Section";
import { useStudio } from "../studio";

const words = strings.account;

export function UsageBars() {
  const { api } = useStudio();
  const usage = useQuery({ queryKey: ["usage"], queryFn: () => read(api.GET("/v1/auth/me/usage")) });
  if (usage.error) return <ProblemNotice error={usage.error} again={() => void usage.refetch()} />;
  if (!usage.data) return null;
  const { plan, uploads, uploads_limit, views, views_limit, open_jobs, open_jobs_limit, renewed_at } =
    usage.data;
  return (
    <Section title={words.usage}>
      <Text c="dimmed">
        {words.plan(strings.admin.plans[plan] ?? plan)}
        {uploads_limit !== null && ` · ${words.renewed(day(renewed_at))}`}
      </Text>
      <Bar label={words.uploads} used={uploads} limit={uploads_limit} />
      <Bar label={words.views} used={views} limit={views_limit} />
      <Bar label={words.openJobs} used={open_jobs} limit={open_jobs_limit} />
    </Section>
  );
}

function Bar({ label, used, limit }: { label: string; used: number; limit: number | null }) {
  return (
    <Stack gap={4}>
      <Group justify="space-between">
        <Text>{label}</Text>
        <Text c="dimmed">{words.used(used, limit)}</Text>
      </Group>
      {limit !== null && <Progress value={(100 * used) / limit} aria-label={label} />}
    </Stack>
  );
}
