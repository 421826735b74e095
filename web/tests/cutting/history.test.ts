import { describe, expect, it } from "vitest";
import { begin, endGesture, type History, redo, step, undo } from "../../src/cutting/history";

const steps = (...states: string[]): History<string> =>
  states.reduce((history, state) => step(history, state), begin("start"));

describe("a history", () => {
  it("goes back to where it began and forward again", () => {
    let history = steps("one", "two", "three");
    const seen = [history.present];
    while (history.past.length > 0) {
      history = undo(history);
      seen.push(history.present);
    }
    expect(seen).toEqual(["three", "two", "one", "start"]);
    while (history.future.length > 0) history = redo(history);
    expect(history.present).toBe("three");
  });

  it("forgets what was undone once another step is made", () => {
    const history = step(undo(steps("one", "two")), "other");
    expect(redo(history)).toEqual(history);
    expect(undo(history).present).toBe("one");
  });

  it("takes the steps of one gesture as one", () => {
    let history = steps("one");
    for (const state of ["a", "b", "c"]) history = step(history, state, "slider");
    expect(undo(history).present).toBe("one");
    history = step(endGesture(history), "d", "slider");
    expect(undo(history).present).toBe("c");
  });

  it("has nothing before its beginning and nothing after its end", () => {
    const history = begin("start");
    expect(undo(history)).toEqual(history);
    expect(redo(history)).toEqual(history);
    expect(step(history, "start")).toBe(history);
  });

  it("keeps two hundred steps", () => {
    let history = begin(0);
    for (let state = 1; state <= 500; state++) history = step(history, state);
    while (history.past.length > 0) history = undo(history);
    expect(history.present).toBe(300);
  });
});
