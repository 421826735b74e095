import { Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type CostView, type JobDetails, type Priced, read } from "../../api/client";
import { bytes, duration, usd } from "../../formats";
import { hasEnded } from "../../live/jobs";
import { strings } from "../../strings";
import { useStudio } from "../studio";
import { BudgetLine } from "./Budget";
import { costRange, isFree, pricesOf, timeRange } from "./Quote";
import { Table } from "./Table";

const words = strings.costs;

/** An amount as people read it here: dollars, or time where that is all it costs. */
export function amount(cost: { usd: string; seconds: number; priced: Priced }): string {
  return isFree(cost.priced) ? words.machineTime(duration(cost.seconds)) : usd(cost.usd);
}

/** What a job took, step by step. Nothing where no machine has worked for it. */
export function JobCosts({ job }: { job: JobDetails }) {
  const { cost } = job;
  if (cost.seconds === 0 && Number(cost.usd) === 0) return null;
  const free = isFree(cost.priced);
  return (
    <Stack component="section" gap="xs" aria-label={words.title}>
      <Title order={2}>{words.title}</Title>
      <Table
        name={words.byStage}
        columns={[words.stage, words.time, words.stored, ...(free ? [] : [words.cost])]}
      >
        <tbody>
          {linesOf(job).map((line) => (
            <tr key={line.name}>
              <td>{line.name}</td>
              <td>{duration(line.seconds)}</td>
              <td>{line.stored > 0 && bytes(line.stored)}</td>
              {!free && <td>{usd(line.usd)}</td>}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{hasEnded(job) ? words.total : words.soFar}</th>
            <td>{duration(cost.seconds)}</td>
            <td />
            {!free && <td>{usd(cost.usd)}</td>}
          </tr>
        </tfoot>
      </Table>
      <Text size="sm" c="dimmed">
        {[...quotedOf(job), ...notesOf(cost)].join(" ")}
      </Text>
      <BudgetLine job={job} />
    </Stack>
  );
}

interface Line {
  readonly name: string;
  readonly seconds: number;
  readonly stored: number;
  readonly usd: string;
}

function linesOf({ cost, stage_names }: JobDetails): Line[] {
  const found = new Map(cost.stages.map((one) => [one.stage, one]));
  const stages = stage_names.flatMap((name) => {
    const one = found.get(name);
    return one
      ? [{ name: strings.stages[name] ?? name, seconds: one.seconds, stored: one.stored_bytes, usd: one.usd }]
      : [];
  });
  return [...stages, { name: words.other, seconds: cost.other_s, stored: 0, usd: cost.other_usd }];
}

function quotedOf({ quote }: JobDetails): string[] {
  if (!quote) return [];
  const expected = words.quoted(timeRange(quote), isFree(quote.priced) ? "" : costRange(quote));
  return quote.measured === 0 ? [expected, words.guessed] : [expected];
}

function notesOf(cost: CostView): string[] {
  if (isFree(cost.priced)) return [words.free];
  const unpriced = cost.unpriced.length > 0 ? [words.unpriced(cost.unpriced.join(", "))] : [];
  return [...unpriced, cost.is_billed ? words.billed : words.byTheClock, pricesOf(cost.priced)];
}

/** What the jobs of a project took together, in a line. Nothing before the first. */
export function ProjectCosts({ projectId }: { projectId: string }) {
  const { api } = useStudio();
  const costs = useQuery({
    queryKey: ["costs", projectId],
    queryFn: () =>
      read(api.GET("/v1/projects/{project_id}/costs", { params: { path: { project_id: projectId } } })),
  });
  if (!costs.data || costs.data.jobs === 0) return null;
  const { priced } = costs.data;
  return (
    <Text size="sm" c="dimmed" title={isFree(priced) ? words.free : pricesOf(priced)}>
      {words.ofProject(costs.data.jobs, amount(costs.data))}
    </Text>
  );
}
