/** States one can go back to and forward again. */
export interface History<State> {
  readonly past: readonly State[];
  readonly present: State;
  readonly future: readonly State[];
  /** What the last step was part of: a slider that is being drawn is one step, not a hundred. */
  readonly gesture: string | null;
}

const MOST_STEPS = 200;

export function begin<State>(present: State): History<State> {
  return { past: [], present, future: [], gesture: null };
}

/** One step on. Steps of the same gesture, one after another, are one. */
export function step<State>(
  history: History<State>,
  next: State,
  gesture: string | null = null,
): History<State> {
  if (next === history.present) return history;
  const continues = gesture !== null && gesture === history.gesture;
  const past = continues ? history.past : [...history.past, history.present].slice(-MOST_STEPS);
  return { past, present: next, future: [], gesture };
}

/** What comes next is another step, even where it is of the same gesture. */
export function endGesture<State>(history: History<State>): History<State> {
  return history.gesture === null ? history : { ...history, gesture: null };
}

export function undo<State>({ past, present, future, gesture }: History<State>): History<State> {
  const before = past.at(-1);
  if (before === undefined) return { past, present, future, gesture };
  return { past: past.slice(0, -1), present: before, future: [present, ...future], gesture: null };
}

export function redo<State>({ past, present, future, gesture }: History<State>): History<State> {
  const [after, ...rest] = future;
  if (after === undefined) return { past, present, future, gesture };
  return { past: [...past, present], present: after, future: rest, gesture: null };
}
