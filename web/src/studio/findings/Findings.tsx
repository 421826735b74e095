import { Stack } from "@mantine/core";
import type { ComponentType } from "react";
import type { StageView } from "../../api/client";
import { CaptureFindings } from "./CaptureFindings";
import { Facts } from "./Facts";
import { FramesFindings } from "./FramesFindings";
import type { FindingProps } from "./findingProps";
import { LevelsFindings } from "./LevelsFindings";
import { ObjectFindings, PhotoFindings } from "./ObjectFindings";
import { PackedFindings } from "./PackedFindings";
import { PlacedFrames, PosesFindings, type PosesFound } from "./PosesFindings";
import { TrainingFindings } from "./TrainingFindings";

// biome-ignore lint/suspicious/noExplicitAny: each names what its stage reports
const FINDINGS: Record<string, ComponentType<FindingProps<any>>> = {
  inspect_capture: CaptureFindings,
  sample_frames: FramesFindings,
  solve_poses: PosesFindings,
  train_splats: TrainingFindings,
  optimize_splats: LevelsFindings,
  package_tour: PackedFindings,
  embed_photo: PhotoFindings,
  build_object: ObjectFindings,
};

/** What a stage found, as its report and its files say. A stage that no page was written for shows its numbers. */
export function Findings({ jobId, stage }: { jobId: string; stage: StageView }) {
  const report = stage.report as Record<string, unknown> | null;
  if (report === null || report.outcome === "refused") return null;
  const Finding = FINDINGS[stage.stage];
  return (
    <Stack gap="md">
      {Finding ? <Finding jobId={jobId} report={report} /> : <AnyFindings report={report} />}
    </Stack>
  );
}

/** What a stage found before it refused: of poses, which seconds have none, and what was tried for them. */
export function RefusedFindings({ stage }: { stage: StageView }) {
  const found = (stage.report as { found?: PosesFound | null } | null)?.found;
  if (stage.stage !== "solve_poses" || !found) return null;
  return (
    <Stack className="finding" gap="md">
      <PlacedFrames report={found} />
    </Stack>
  );
}

function AnyFindings({ report }: { report: Record<string, unknown> }) {
  const facts = Object.entries(report).filter(
    ([name, value]) => name !== "outcome" && ["string", "number", "boolean"].includes(typeof value),
  );
  return <Facts facts={facts.map(([name, value]) => [name.replaceAll("_", " "), String(value)])} />;
}
