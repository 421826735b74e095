/** What every stage's view is given: the job, and what the stage reported. */
export interface FindingProps<Report> {
  readonly jobId: string;
  readonly report: Report;
}
