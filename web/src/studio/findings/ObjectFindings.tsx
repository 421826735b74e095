import { Text } from "@mantine/core";
import type { components } from "../../api/schema";
import { bytes, count, duration } from "../../formats";
import { strings } from "../../strings";
import { Table } from "../parts/Table";
import { Facts } from "./Facts";
import type { FindingProps } from "./findingProps";
import { Pictures } from "./Pictures";

const words = strings.objectView;

interface BuildReport {
  readonly model: string;
  readonly objects: readonly components["schemas"]["BuiltObject"][];
  readonly bytes: number;
  readonly warnings: readonly string[];
  readonly seconds: Readonly<Record<string, number>>;
}

export function ObjectFindings({ jobId, report }: FindingProps<BuildReport>) {
  return (
    <>
      <Warnings warnings={report.warnings} />
      <Facts
        facts={[
          [words.model, words.models[report.model] ?? report.model],
          [strings.packed.size, bytes(report.bytes)],
          [words.took, duration(Object.values(report.seconds).reduce((sum, one) => sum + one, 0))],
        ]}
      />
      <Table
        name={words.objects}
        columns={[words.object, words.shape, words.facts.splats, words.facts.faces, words.facts.watertight]}
      >
        <tbody>
          {report.objects.map((one) => (
            <tr key={one.cutout_id}>
              <td>{one.name}</td>
              <td>{one.is_estimated ? (words.shapes[one.shape ?? ""] ?? words.estimated) : words.seen}</td>
              <td>{count(one.splats)}</td>
              <td>{count(one.faces)}</td>
              <td>{one.is_watertight ? words.facts.yes : words.facts.no}</td>
            </tr>
          ))}
        </tbody>
      </Table>
      {report.objects.map((one) => (
        <Pictures
          key={one.cutout_id}
          jobId={jobId}
          stage="build_object"
          prefix={`objects/${one.cutout_id}/picture`}
          title={one.name}
          describe={() => one.name}
        />
      ))}
    </>
  );
}

interface PhotoReport {
  readonly model: string;
  readonly width_px: number;
  readonly height_px: number;
  readonly source_width_px: number;
  readonly source_height_px: number;
  readonly bytes: number;
  readonly warnings: readonly string[];
}

export function PhotoFindings({ jobId, report }: FindingProps<PhotoReport>) {
  return (
    <>
      <Warnings warnings={report.warnings} />
      <Facts
        facts={[
          [words.photoSize, words.pixels(report.width_px, report.height_px)],
          [words.sourceSize, words.pixels(report.source_width_px, report.source_height_px)],
          [words.masksBy, words.maskModels[report.model] ?? report.model],
          [strings.packed.size, bytes(report.bytes)],
        ]}
      />
      <Pictures
        jobId={jobId}
        stage="embed_photo"
        prefix="photo.jpg"
        title={words.photo}
        shape={report}
        describe={() => words.photo}
      />
    </>
  );
}

function Warnings({ warnings }: { warnings: readonly string[] }) {
  return warnings.map((warning) => (
    <Text key={warning} className="notice">
      {warning}
    </Text>
  ));
}
