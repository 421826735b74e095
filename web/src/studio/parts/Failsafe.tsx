import { Component, type ReactNode } from "react";
import { asProblem } from "../../api/problem";
import { strings } from "../../strings";
import { ProblemNotice } from "./ProblemNotice";

/** Shows a mistake of ours instead of an empty page. */
export class Failsafe extends Component<{ children: ReactNode }, { error: unknown }> {
  override state = { error: null as unknown };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <ProblemNotice
        error={asProblem(error)}
        again={() => window.location.reload()}
        againLabel={strings.problems.reload}
        m="xl"
      />
    );
  }
}
