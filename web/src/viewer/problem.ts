import { viewerStrings } from "../viewerStrings";

export type ProblemKind = keyof typeof viewerStrings.problems;

/** Why there is nothing to see; `viewerStrings.problems` has the words for it. */
export class ViewerProblem extends Error {
  readonly kind: ProblemKind;

  constructor(kind: ProblemKind) {
    super(viewerStrings.problems[kind].title);
    this.kind = kind;
  }
}

/** Whatever was thrown, as a problem to show. */
export function asViewerProblem(error: unknown): ViewerProblem {
  return error instanceof ViewerProblem ? error : new ViewerProblem("mistake");
}
