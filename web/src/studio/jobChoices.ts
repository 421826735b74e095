import type { JobStatus } from "../api/client";
import { strings } from "../strings";

const STATUSES = ["queued", "running", "waiting", "succeeded", "refused", "failed", "cancelled"] as const;

/** What a list of jobs can be narrowed to. */
export const STATUS_CHOICES = [
  { value: "", label: strings.admin.any },
  ...STATUSES.map((value) => ({ value, label: strings.jobs.status[value] })),
];

/** A status by its name; undefined for any other text. */
export function statusOf(name: string | null): JobStatus | undefined {
  return STATUSES.find((status) => status === name);
}
