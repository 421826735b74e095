import { describe, expect, it } from "vitest";
import { LatestFirst } from "../../src/cutting/latest";

/** Answers when it is told to. */
function held() {
  const asked: string[] = [];
  const waiting: ((how: "answer" | "fail") => void)[] = [];
  const taken: string[] = [];
  const failed: unknown[] = [];
  let rests = 0;
  const questions = new LatestFirst<string, string>(
    (question) => {
      asked.push(question);
      return new Promise((resolve, reject) => {
        waiting.push((how) => (how === "answer" ? resolve(`${question}!`) : reject(new Error(question))));
      });
    },
    (key, answer) => taken.push(`${key}: ${answer}`),
    (error) => failed.push(error),
    () => {
      rests += 1;
    },
  );
  const settle = async (how: "answer" | "fail" = "answer") => {
    waiting.shift()?.(how);
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { questions, asked, taken, failed, settle, rests: () => rests };
}

describe("questions, the latest first", () => {
  it("are asked at once, one at a time", () => {
    const { questions, asked } = held();
    questions.ask("chair", "1");
    questions.ask("lamp", "2");
    expect(asked).toEqual(["1"]);
    expect(questions.isBusy).toBe(true);
  });

  it("are not asked any more once a newer one of their kind is there", async () => {
    const { questions, asked, taken, settle } = held();
    for (const question of ["1", "2", "3", "4"]) questions.ask("chair", question);
    await settle();
    await settle();
    expect(asked).toEqual(["1", "4"]);
    expect(taken).toEqual(["chair: 4!"]);
  });

  it("are answered for each kind, the newest before the others", async () => {
    const { questions, taken, settle } = held();
    questions.ask("chair", "1");
    questions.ask("lamp", "2");
    questions.ask("table", "3");
    for (let count = 0; count < 3; count++) await settle();
    expect(taken).toEqual(["chair: 1!", "table: 3!", "lamp: 2!"]);
  });

  it("bring nothing once they were dropped, but an end", async () => {
    const { questions, taken, failed, settle, rests } = held();
    questions.ask("chair", "1");
    questions.drop("chair");
    await settle("fail");
    expect([taken, failed, rests()]).toEqual([[], [], 1]);
    expect(questions.isBusy).toBe(false);
  });

  it("go on after one could not be answered", async () => {
    const { questions, taken, failed, settle } = held();
    questions.ask("chair", "1");
    await settle("fail");
    questions.ask("chair", "2");
    await settle();
    expect(failed).toHaveLength(1);
    expect(taken).toEqual(["chair: 2!"]);
  });

  it("always end with the newest answer, in whatever order they come", async () => {
    const taken = new Map<string, number>();
    const questions = new LatestFirst<number, number>(
      async (question) => {
        await new Promise((resolve) => setTimeout(resolve, (question * 7) % 5));
        return question;
      },
      (key, answer) => {
        expect(answer).toBeGreaterThan(taken.get(key) ?? -1);
        taken.set(key, answer);
      },
      () => undefined,
    );
    for (let number = 0; number < 60; number++) {
      questions.ask(`kind ${number % 3}`, number);
      if (number % 4 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    }
    while (questions.isBusy) await new Promise((resolve) => setTimeout(resolve, 2));
    expect([...taken.values()].sort()).toEqual([57, 58, 59]);
  });
});
