/**
 * One question at a time, the newest first. A question that a newer one of its kind has overtaken is not asked any
 * more, and where it was being answered, its answer is dropped.
 */
export class LatestFirst<Question, Answer> {
  readonly #answer: (question: Question) => Promise<Answer>;
  readonly #take: (key: string, answer: Answer) => void;
  readonly #fail: (error: unknown) => void;
  readonly #rest: () => void;
  /** In the order in which they were asked. */
  readonly #waiting = new Map<string, Question>();
  #underWay: string | null = null;
  #isOvertaken = false;

  constructor(
    answer: (question: Question) => Promise<Answer>,
    take: (key: string, answer: Answer) => void,
    fail: (error: unknown) => void,
    /** Called when nothing is left to answer. */
    rest: () => void = () => undefined,
  ) {
    this.#answer = answer;
    this.#take = take;
    this.#fail = fail;
    this.#rest = rest;
  }

  get isBusy(): boolean {
    return this.#underWay !== null;
  }

  ask(key: string, question: Question): void {
    this.drop(key);
    this.#waiting.set(key, question);
    if (this.#underWay === null) void this.#work();
  }

  /** What was asked of this kind is of no interest any more. */
  drop(key: string): void {
    this.#waiting.delete(key);
    if (this.#underWay === key) this.#isOvertaken = true;
  }

  async #work(): Promise<void> {
    for (let newest = this.#newest(); newest !== null; newest = this.#newest()) {
      const [key, question] = newest;
      this.#waiting.delete(key);
      this.#underWay = key;
      this.#isOvertaken = false;
      try {
        const answer = await this.#answer(question);
        this.#underWay = null;
        if (!this.#isOvertaken) this.#take(key, answer);
      } catch (error) {
        this.#underWay = null;
        if (!this.#isOvertaken) this.#fail(error);
      }
    }
    this.#rest();
  }

  #newest(): [string, Question] | null {
    return [...this.#waiting].at(-1) ?? null;
  }
}
