import { List, Stack, Text } from "@mantine/core";
import { count, duration, timecode } from "../../formats";
import { strings } from "../../strings";
import { Facts } from "./Facts";
import type { FindingProps } from "./findingProps";
import { TimeStrip } from "./TimeStrip";

const words = strings.capture;

interface CaptureReport {
  readonly duration_s: number;
  readonly looks: number;
  readonly usable: number;
  readonly expected_share: number;
  readonly expected_low: number;
  readonly expected_high: number;
  readonly enough: boolean;
  readonly loop_closed: boolean;
  readonly points: number;
  readonly stretches: readonly { start_s: number; end_s: number; problem: string; advice: string }[];
  readonly chances: readonly number[];
  readonly warnings: readonly string[];
}

/** What a tour can expect of a video, along its time, and what to film again. */
export function CaptureFindings({ report }: FindingProps<CaptureReport>) {
  return (
    <>
      <Text fw={600}>{report.enough ? words.enough : words.notEnough}</Text>
      <Text>{words.expected(report.expected_share, report.expected_low, report.expected_high)}</Text>
      <TimeStrip
        length_s={report.duration_s}
        ground="var(--well)"
        label={words.timeline(report.stretches.length)}
        stretches={partsOf(report)}
        marks={report.stretches.map(({ start_s, end_s, advice }) => ({
          start_s,
          end_s,
          colour: "var(--mantine-color-text)",
          says: advice,
        }))}
      />
      {report.warnings.map((warning) => (
        <Text key={warning} className="notice">
          {warning}
        </Text>
      ))}
      {report.stretches.length > 0 && (
        <Stack className="notice" gap={4}>
          <Text fw={600}>{words.filmAgain}</Text>
          <List size="sm">
            {report.stretches.map((stretch) => (
              <List.Item key={`${stretch.start_s} ${stretch.problem}`}>{stretch.advice}</List.Item>
            ))}
          </List>
        </Stack>
      )}
      <Facts
        facts={[
          [words.length, duration(report.duration_s)],
          [words.usable, words.of(report.usable, report.looks)],
          [words.points, count(report.points)],
          [words.loop, report.loop_closed ? words.closed : words.open],
        ]}
      />
    </>
  );
}

/** The video in equal parts, each as green as it is likely to be placed. */
function partsOf({ chances, duration_s }: CaptureReport) {
  const part_s = duration_s / Math.max(1, chances.length);
  return chances.map((chance, index) => ({
    start_s: index * part_s,
    end_s: (index + 1) * part_s,
    colour: `color-mix(in srgb, var(--good) ${Math.round(100 * chance)}%, var(--bad))`,
    says: words.chance(timecode(index * part_s), chance),
  }));
}
