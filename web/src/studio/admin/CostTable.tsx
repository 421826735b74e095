import { Stack, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { type MonthCosts, read } from "../../api/client";
import { duration, usd } from "../../formats";
import { strings } from "../../strings";
import { Loading } from "../parts/Loading";
import { ProblemNotice } from "../parts/ProblemNotice";
import { isFree, pricesOf } from "../parts/Quote";
import { Table } from "../parts/Table";
import { useStudio } from "../studio";

const words = strings.admin;

/** What everybody's jobs of a month have cost, by person and product. */
export function CostTable() {
  const { api } = useStudio();
  const [month, setMonth] = useState("");
  const costs = useQuery({
    queryKey: ["admin", "costs", month],
    queryFn: () => read(api.GET("/v1/admin/costs", { params: { query: month ? { month } : {} } })),
  });
  return (
    <Stack>
      <TextInput
        label={words.month}
        type="month"
        maw="14rem"
        value={month || (costs.data?.month ?? "")}
        onChange={(event) => setMonth(event.currentTarget.value)}
      />
      {costs.error && <ProblemNotice error={costs.error} again={() => void costs.refetch()} />}
      {!costs.data && !costs.error && <Loading />}
      {costs.data?.jobs === 0 && <Text c="dimmed">{words.noCosts}</Text>}
      {costs.data && costs.data.jobs > 0 && <Lines costs={costs.data} />}
    </Stack>
  );
}

function Lines({ costs }: { costs: MonthCosts }) {
  const free = isFree(costs.priced);
  const columns = [words.person, words.product, words.jobCount, strings.costs.time];
  return (
    <>
      <Table name={words.tabs.costs} columns={[...columns, ...(free ? [] : [strings.costs.cost])]}>
        <tbody>
          {costs.by_person.map((line) => (
            <tr key={`${line.user_id} ${line.product}`}>
              <td>
                <Link to={`/admin/audit?person=${line.user_id}`}>{line.email || words.gone}</Link>
              </td>
              <td>{line.product}</td>
              <td>{line.jobs}</td>
              <td>{duration(line.seconds)}</td>
              {!free && <td>{usd(line.usd)}</td>}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={2}>
              {words.total}
            </th>
            <td>{costs.jobs}</td>
            <td>{duration(costs.seconds)}</td>
            {!free && <td>{usd(costs.usd)}</td>}
          </tr>
        </tfoot>
      </Table>
      <Text size="sm" c="dimmed">
        {free ? strings.costs.free : pricesOf(costs.priced)}
      </Text>
    </>
  );
}
