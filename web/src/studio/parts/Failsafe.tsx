import { Component, type ReactNode } from "react";
import { asProblem } from "../../api/problem";
import { strings } from "../../strings";
import { ProblemNotice } from "./ProblemNotice";

/** Shows a mistake of ours instead of an empty page. */
export class Failsafe extends Component<
  { children: ReactNode; tell: (error: unknown) => void },
  { error: unknown }
> {
  override state = { error: null as unknown };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override componentDidCatch(error: unknown) {
    this.props.tell(error);
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
