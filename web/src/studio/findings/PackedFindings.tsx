import { bytes, count } from "../../formats";
import { strings } from "../../strings";
import { Facts } from "./Facts";
import type { FindingProps } from "./findingProps";
import { Pictures } from "./Pictures";

interface PackedReport {
  readonly splats: number;
  readonly bytes: number;
  readonly files: number;
  readonly psnr: number;
}

export function PackedFindings({ jobId, report }: FindingProps<PackedReport>) {
  return (
    <>
      <Facts
        facts={[
          [strings.training.splats, count(report.splats)],
          [strings.packed.size, bytes(report.bytes)],
          [strings.packed.files, count(report.files)],
          [strings.training.psnr, strings.units.db(report.psnr)],
        ]}
      />
      <Pictures
        jobId={jobId}
        stage="package_tour"
        prefix="thumbnails/"
        title={strings.packed.pictures}
        describe={(name) => name}
      />
    </>
  );
}
