import { Text } from "@mantine/core";
import { count, duration } from "../../formats";
import { strings } from "../../strings";
import { useDocument } from "../files";
import { Facts } from "./Facts";
import type { FindingProps } from "./findingProps";
import { Pictures } from "./Pictures";

const words = strings.training;

interface TrainingReport {
  readonly psnr: number;
  readonly ssim: number;
  readonly training_views: number;
  readonly held_out_views: number;
  readonly splats: number;
  readonly steps: number;
  readonly training_s: number;
}

/** As much of quality.json as is shown. */
interface Quality {
  readonly images: readonly { readonly image: string; readonly psnr: number }[];
  /** Step, seconds of training, PSNR over the held-out photos. */
  readonly curve: readonly (readonly [number, number, number])[];
}

export function TrainingFindings({ jobId, report }: FindingProps<TrainingReport>) {
  const quality = useDocument<Quality>(jobId, "train_splats", "quality.json");
  const psnrs = new Map(quality.data?.images.map(({ image, psnr }) => [stem(image), psnr]));
  return (
    <>
      <Text fw={600}>
        {words.psnr} {strings.units.db(report.psnr)}
      </Text>
      <Text size="sm" c="dimmed">
        {words.psnrHelp}
      </Text>
      {quality.data && quality.data.curve.length > 1 && <Curve curve={quality.data.curve} />}
      <Facts
        facts={[
          [words.ssim, report.ssim.toFixed(3)],
          [words.splats, count(report.splats)],
          [words.steps, count(report.steps)],
          [words.time, duration(report.training_s)],
          [words.views, words.heldOut(report.training_views, report.held_out_views)],
        ]}
      />
      <Pictures
        jobId={jobId}
        stage="train_splats"
        prefix="renders/"
        title={words.renders}
        isWide
        describe={(name) => {
          const psnr = psnrs.get(stem(name));
          return words.render(name, psnr === undefined ? "" : `, ${strings.units.db(psnr)}`);
        }}
      />
    </>
  );
}

function stem(name: string): string {
  return name.replace(/\.[^.]*$/, "");
}

/** PSNR over the seconds of training. */
function Curve({ curve }: { curve: Quality["curve"] }) {
  const psnrs = curve.map(([, , psnr]) => psnr);
  const lowest = Math.min(...psnrs);
  const span = Math.max(0.1, Math.max(...psnrs) - lowest);
  const end = Math.max(1e-6, curve.at(-1)?.[1] ?? 1);
  const points = curve.map(
    ([, seconds, psnr]) => `${(1000 * seconds) / end},${95 - (90 * (psnr - lowest)) / span}`,
  );
  const label = words.curve((psnrs[0] ?? 0).toFixed(1), (psnrs.at(-1) ?? 0).toFixed(1));
  return (
    <svg
      className="strip"
      style={{ height: "6rem" }}
      viewBox="-10 0 1020 100"
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <polyline
        points={points.join(" ")}
        fill="none"
        stroke="var(--busy)"
        strokeWidth="2"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}
