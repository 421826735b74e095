import { Stack, Text } from "@mantine/core";
import { count, timecode } from "../../formats";
import { strings } from "../../strings";
import { useDocument } from "../files";
import { CameraPlot } from "./CameraPlot";
import type { CameraFile } from "./cameras";
import { Facts } from "./Facts";
import type { FindingProps } from "./Findings";

const words = strings.poses;

interface PosesReport {
  readonly images: number;
  readonly registered: number;
  readonly points: number;
  readonly reprojection_error_px: number;
  readonly fov_deg: number;
  readonly scale_source: string;
  readonly path_length: number;
  readonly eye_height: number | null;
  readonly missing: readonly { start_s: number; end_s: number; images: number }[];
  readonly missing_photos: readonly string[];
}

export function PosesFindings({ jobId, report }: FindingProps<PosesReport>) {
  const cameras = useDocument<CameraFile>(jobId, "solve_poses", "cameras.json");
  const length = report.scale_source === "none" ? strings.units.unitless : strings.units.metres;
  return (
    <>
      <Text fw={600}>{words.placed(report.registered, report.images)}</Text>
      <Missing report={report} />
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

/** What could not be placed, and what to do about it. */
function Missing({ report }: { report: PosesReport }) {
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
