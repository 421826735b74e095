import { Table, Text } from "@mantine/core";
import { bytes, count } from "../../formats";
import { strings } from "../../strings";
import { Facts } from "./Facts";
import type { FindingProps } from "./findingProps";

const words = strings.levels;

interface LevelsReport {
  readonly splats: number;
  readonly culled: Record<string, number>;
  readonly levels: readonly {
    readonly name: string;
    readonly splats: number;
    readonly bytes: number;
    readonly psnr: number;
    readonly loss_db: number;
  }[];
  readonly warnings: readonly string[];
}

export function LevelsFindings({ report }: FindingProps<LevelsReport>) {
  return (
    <>
      {report.warnings?.map((warning) => (
        <Text key={warning} className="notice">
          {warning}
        </Text>
      ))}
      <Table.ScrollContainer minWidth={420} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
        <Table aria-label={words.title}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{words.level}</Table.Th>
              <Table.Th ta="right">{words.splats}</Table.Th>
              <Table.Th ta="right">{words.size}</Table.Th>
              <Table.Th ta="right">{strings.training.psnr}</Table.Th>
              <Table.Th ta="right">{words.loss}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {report.levels.map((level) => (
              <Table.Tr key={level.name}>
                <Table.Td>{level.name}</Table.Td>
                <Table.Td ta="right">{count(level.splats)}</Table.Td>
                <Table.Td ta="right">{bytes(level.bytes)}</Table.Td>
                <Table.Td ta="right">{strings.units.db(level.psnr)}</Table.Td>
                <Table.Td ta="right">{strings.units.db(level.loss_db)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Facts
        facts={Object.entries(report.culled).map(([reason, splats]) => [
          `${words.culled}: ${reason.replaceAll("_", " ")}`,
          count(splats),
        ])}
      />
    </>
  );
}
