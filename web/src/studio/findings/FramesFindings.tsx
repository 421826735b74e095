import { Stack, Table, Text } from "@mantine/core";
import { count, duration, timecode } from "../../formats";
import { strings } from "../../strings";
import { useDocument } from "../files";
import { Facts } from "./Facts";
import type { FindingProps } from "./findingProps";
import { Pictures } from "./Pictures";

const words = strings.frames;

interface FramesReport {
  readonly source: "video" | "photos";
  readonly duration_s: number | null;
  readonly fps: number | null;
  readonly codec: string | null;
  readonly width_px: number;
  readonly height_px: number;
  readonly candidates: number;
  readonly kept: number;
  readonly dropped: Record<string, number>;
  readonly max_gap_s: number | null;
  readonly warnings: readonly string[];
}

/** As much of metadata.json as is shown. */
interface Metadata {
  readonly candidates: readonly Candidate[];
}

interface Candidate {
  readonly name: string;
  readonly time_s: number | null;
  readonly kept: boolean;
  readonly reason: string | null;
  readonly image: string | null;
}

export function FramesFindings({ jobId, report }: FindingProps<FramesReport>) {
  const metadata = useDocument<Metadata>(jobId, "sample_frames", "metadata.json");
  const candidates = metadata.data?.candidates ?? [];
  const times = new Map(candidates.map((one) => [one.image, one.time_s]));
  return (
    <>
      <Text fw={600}>{words.kept(report.kept, report.candidates)}</Text>
      {report.warnings?.map((warning) => (
        <Text key={warning} className="notice">
          {warning}
        </Text>
      ))}
      {candidates.length > 1 && <Timeline candidates={candidates} />}
      <Dropped dropped={report.dropped} />
      <Facts
        facts={[
          [report.source === "video" ? words.video : words.photos, report.codec],
          [words.length, report.duration_s ? duration(report.duration_s) : null],
          [words.stored, `${report.width_px} × ${report.height_px}`],
          [words.longestGap, report.max_gap_s ? strings.units.seconds(report.max_gap_s) : null],
        ]}
      />
      <Pictures
        jobId={jobId}
        stage="sample_frames"
        prefix="images/"
        title={words.pictures}
        shape={report}
        describe={(name) => {
          const time = times.get(name);
          return words.picture(name, typeof time === "number" ? words.at(timecode(time)) : "");
        }}
      />
    </>
  );
}

/** Every candidate as a line along the video: tall where it was kept, short and red where it was dropped. */
function Timeline({ candidates }: { candidates: readonly Candidate[] }) {
  const kept = candidates.filter((one) => one.kept).length;
  const last = candidates.at(-1)?.time_s ?? 0;
  const first = candidates[0]?.time_s ?? 0;
  const place = (candidate: Candidate, index: number) =>
    last > first && candidate.time_s !== null
      ? (1000 * (candidate.time_s - first)) / (last - first)
      : (1000 * index) / (candidates.length - 1);
  return (
    <svg
      className="strip"
      viewBox="-6 0 1012 40"
      preserveAspectRatio="none"
      role="img"
      aria-label={words.timeline(kept, candidates.length - kept)}
    >
      {candidates.map((candidate, index) => (
        <line
          key={candidate.name}
          x1={place(candidate, index)}
          x2={place(candidate, index)}
          y1={candidate.kept ? 5 : 22}
          y2={35}
          stroke={candidate.kept ? "var(--good)" : "var(--bad)"}
          strokeWidth="2"
          vectorEffect="non-scaling-stroke"
        >
          <title>{titleOf(candidate)}</title>
        </line>
      ))}
    </svg>
  );
}

function titleOf(candidate: Candidate): string {
  const what = candidate.reason ? (words.reasons[candidate.reason] ?? candidate.reason) : words.keptWord;
  return `${candidate.time_s === null ? candidate.name : timecode(candidate.time_s)}: ${what}`;
}

function Dropped({ dropped }: { dropped: Record<string, number> }) {
  const rows = Object.entries(dropped).filter(([, frames]) => frames > 0);
  if (rows.length === 0) return <Text size="sm">{words.none}</Text>;
  return (
    <Stack gap={4} maw="28rem">
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{words.dropped}</Table.Th>
            <Table.Th ta="right">{words.count}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(([reason, frames]) => (
            <Table.Tr key={reason}>
              <Table.Td>{words.reasons[reason] ?? reason}</Table.Td>
              <Table.Td ta="right">{count(frames)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}
