/** What surrounds the canvas: poster, progress, words for what goes wrong, notices; before any 3D is there. */
import { viewerStrings } from "../viewerStrings";
import { element } from "./element";
import type { ProblemKind } from "./problem";

export interface Action {
  readonly label: string;
  /** An address to go to, or something to do. */
  readonly act: string | (() => void);
}

export class Frame {
  readonly root: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  readonly #poster = element("img", { class: "poster", alt: "", hidden: true });
  readonly #bar = element("progress", { class: "bar", max: "1", "aria-label": viewerStrings.said.loading });
  readonly #said = element("p", { class: "said", role: "status" });
  readonly #notice = element("div", { class: "notice", role: "alert", hidden: true });
  #quieting = 0;

  constructor(root: HTMLElement) {
    this.root = root;
    this.canvas = element("canvas", {
      tabindex: "0",
      role: "application",
      "aria-label": viewerStrings.canvas,
      "aria-description": viewerStrings.canvasHelp,
    });
    root.replaceChildren(this.canvas, this.#poster, this.#bar, this.#said, this.#notice);
    root.dataset.state = "loading";
  }

  showPoster(url: string, name: string): void {
    this.#poster.src = url;
    this.#poster.alt = viewerStrings.poster(name);
    this.#poster.hidden = false;
  }

  /** The canvas shows the place: the poster goes. */
  showCanvas(): void {
    this.root.dataset.state = "shown";
  }

  /** From 0 to 1; null for nothing on its way. */
  showProgress(share: number | null): void {
    this.#bar.hidden = share === null;
    if (share !== null) this.#bar.value = share;
  }

  /** Says something for a while, aloud too. */
  say(text: string): void {
    window.clearTimeout(this.#quieting);
    this.#said.textContent = text;
    this.#quieting = window.setTimeout(() => {
      this.#said.textContent = "";
    }, 4000);
  }

  notice(text: string, action: Action | null): void {
    this.#notice.replaceChildren(element("p", {}, text), ...(action ? [actionOf(action)] : []));
    this.#notice.hidden = false;
  }

  withdrawNotice(): void {
    this.#notice.hidden = true;
  }

  /** There is nothing to see: says why, and what to do. */
  showProblem(kind: ProblemKind, actions: readonly Action[]): void {
    const { title, text } = viewerStrings.problems[kind];
    const card = element(
      "section",
      { class: "problem", role: "alert" },
      element("h1", {}, title),
      element("p", {}, text),
      element("p", { class: "actions" }, ...actions.map(actionOf)),
    );
    const poster = this.#poster.hidden ? [] : [this.#poster];
    this.root.replaceChildren(...poster, card);
    this.root.dataset.state = "problem";
    this.root.dataset.problem = kind;
    document.title = viewerStrings.title(title);
  }
}

function actionOf({ label, act }: Action): HTMLElement {
  if (typeof act === "string") return element("a", { class: "action", href: act }, label);
  const button = element("button", { class: "action", type: "button" }, label);
  button.addEventListener("click", act);
  return button;
}
