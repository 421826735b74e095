import { Stack, Table, Text } from "@mantine/core";
import { count, duration, timecode } from "../../formats";
import { strings } from "../../strings";
import { useDocument } from "../files";
import { CameraPlot } from "./CameraPlot";
import type { CameraFile } from "./cameras";
import { Facts } from "./Facts";
import type { FindingProps } from "./findingProps";
import { TimeStrip } from "./TimeStrip";

const words = strings.poses;

/** What of a capture was placed: a refusal tells this much too. */
export interface PosesFound {
  readonly images: number;
  readonly registered: number;
  readonly missing: readonly { start_s: number; end_s: number; images: number }[];
  readonly missing_photos: readonly string[];
  readonly last_image_s?: number | null;
  readonly rungs?: readonly Rung[];
}

interface PosesReport extends PosesFound {
  readonly points: number;
  readonly reprojection_error_px: number;
  readonly fov_deg: number;
  readonly scale_source: string;
  readonly path_length: number;
  readonly eye_height: number | null;
}

interface Rung {
  readonly name: string;
  readonly outcome: "better" | "no_better" | "over_budget";
  readonly registered: number;
  readonly images: number;
  readonly seconds: number;
}

export function PosesFindings({ jobId, report }: FindingProps<PosesReport>) {
  const cameras = useDocument<CameraFile>(jobId, "solve_poses", "cameras.json");
  const length = report.scale_source === "none" ? strings.units.unitless : strings.units.metres;
  return (
    <>
      <PlacedFrames report={report} />
      {cameras.data && <CameraPlot file={cameras.data} />}
      <Facts
        facts={[
          [words.points, count(report.points)],
          [words.error, strings.units.px(report.reprojection_error_px)],
          [words.fieldOfView, strings.units.degrees(report.fov_deg)],
          [words.path, length(report.path_length)],
          [words.eyeHeight, report.eye_height ? length(report.eye_height) : null],
          [words.scale, words.scales[report.scale_source] ?? report.scale_source],
        ]}
      />
    </>
  );
}

/** How many frames were placed, where on the time line some were not, and what was tried. */
export function PlacedFrames({ report }: { report: PosesFound }) {
  return (
    <>
      <Text fw={600}>{words.placed(report.registered, report.images)}</Text>
      {report.last_image_s ? <Placed report={report} length_s={report.last_image_s} /> : null}
      <Missing report={report} />
      <Tries rungs={report.rungs ?? []} />
    </>
  );
}

/** The video along time: what has a pose, and what has none. */
function Placed({ report, length_s }: { report: PosesFound; length_s: number }) {
  const gaps = report.missing ?? [];
  return (
    <TimeStrip
      length_s={length_s}
      ground="var(--good)"
      label={words.timeline(gaps.length)}
      stretches={gaps.map(({ start_s, end_s, images }) => ({
        start_s,
        end_s,
        colour: "var(--bad)",
        says: words.gap(timecode(start_s), timecode(end_s), images),
      }))}
    />
  );
}

/** What was tried one after another, where the usual way was not enough. */
function Tries({ rungs }: { rungs: readonly Rung[] }) {
  if (rungs.length < 2) return null;
  return (
    <Table maw="36rem" aria-label={words.tries}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{words.tries}</Table.Th>
          <Table.Th ta="right">{words.placedWord}</Table.Th>
          <Table.Th ta="right">{words.took}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rungs.map((rung) => (
          <Table.Tr key={rung.name} fw={rung.outcome === "better" ? 600 : undefined}>
            <Table.Td>{words.rungs[rung.name] ?? rung.name}</Table.Td>
            {rung.outcome === "over_budget" ? (
              <Table.Td colSpan={2}>{words.overBudget}</Table.Td>
            ) : (
              <>
                <Table.Td ta="right">{count(rung.registered)}</Table.Td>
                <Table.Td ta="right">{duration(rung.seconds)}</Table.Td>
              </>
            )}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** What could not be placed, and what to do about it. */
function Missing({ report }: { report: PosesFound }) {
  const gaps = report.missing ?? [];
  const photos = report.missing_photos ?? [];
  if (gaps.length + photos.length === 0) return null;
  return (
    <Stack className="notice" gap={4}>
      <Text fw={600}>{words.missing}</Text>
      {gaps.map((gap) => (
        <Text key={gap.start_s} size="sm">
          {words.gap(timecode(gap.start_s), timecode(gap.end_s), gap.images)}
        </Text>
      ))}
      {photos.length > 0 && <Text size="sm">{photos.join(", ")}</Text>}
      {gaps.length > 0 && <Text size="sm">{words.filmAgain}</Text>}
    </Stack>
  );
}
