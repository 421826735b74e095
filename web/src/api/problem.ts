import { strings } from "../strings";
import type { components } from "./schema";

type ProblemBody = components["schemas"]["ProblemAnswer"];
export type FieldProblem = components["schemas"]["FieldProblem"];

/** What an answer that is not a success says: what happened, and what to do. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly advice: string;
  /** What of the request was refused, and why. */
  readonly fields: readonly FieldProblem[];

  constructor(
    status: number,
    code: string,
    message: string,
    advice: string,
    fields: readonly FieldProblem[] = [],
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.advice = advice;
    this.fields = fields;
  }

  /** The studio could not be reached, or is starting: what was asked may be asked again. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 502 || this.code === "in_progress";
  }
}

export function unreachable(): ApiProblem {
  return new ApiProblem(0, "unreachable", strings.problems.unreachable, strings.problems.unreachableAdvice);
}

/** The problem in an answer's body, which may be none of ours (a proxy's page, say). */
export function problemOf(status: number, body: unknown): ApiProblem {
  const found = (typeof body === "object" && body !== null ? body : {}) as Partial<ProblemBody>;
  return new ApiProblem(
    status,
    found.code ?? "unknown",
    found.detail ?? strings.problems.unknown(status),
    found.advice ?? strings.problems.unknownAdvice,
    found.errors,
  );
}

/** Whatever was thrown, as a problem to show. */
export function asProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  if (error instanceof TypeError) return unreachable(); // what fetch throws when nobody answers
  const message = error instanceof Error ? error.message : String(error);
  return new ApiProblem(-1, "page", strings.problems.page(message), strings.problems.pageAdvice);
}
