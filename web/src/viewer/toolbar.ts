/** The buttons over the canvas. Each has a name, which is its tooltip too, and says its key. */
import { viewerStrings } from "../viewerStrings";
import { MODES, type ModeName } from "./address";
import { element } from "./element";
import { type IconName, icon } from "./icons";
import { type Command, KEY_OF } from "./keys";

const words = viewerStrings.controls;
const modeWords = viewerStrings.modes;

export interface Shown {
  readonly mode: ModeName;
  readonly hasPath: boolean;
  readonly isFollowing: boolean;
  readonly isFullScreen: boolean;
  readonly isMeasuring: boolean;
  /** Null where there is none. */
  readonly isPlanShown: boolean | null;
}

export class Toolbar {
  readonly element: HTMLElement;
  readonly #buttons = new Map<Command, HTMLButtonElement>();

  constructor(act: (command: Command) => void, canFillScreen: boolean) {
    const button = (command: Command, name: string, drawn: IconName) => {
      const made = element("button", { type: "button", class: "tool" }, icon(drawn));
      made.addEventListener("click", () => act(command));
      this.#buttons.set(command, made);
      nameIt(made, command, name);
      return made;
    };
    const modes = MODES.map((name) => button(name, modeWords[`${name}Help`], name));
    this.element = element(
      "div",
      { class: "toolbar", role: "toolbar", "aria-label": words.label },
      element("div", { class: "tools", role: "group", "aria-label": modeWords.label }, ...modes),
      element(
        "div",
        { class: "tools" },
        button("play", words.play, "play"),
        button("reset", words.reset, "reset"),
      ),
      element(
        "div",
        { class: "tools" },
        button("places", words.places, "places"),
        button("plan", words.plan, "plan"),
        button("measure", words.measure, "measure"),
      ),
      element(
        "div",
        { class: "tools" },
        button("picture", words.picture, "picture"),
        button("share", words.share, "share"),
        ...(canFillScreen ? [button("fullScreen", words.fullScreen, "fullScreen")] : []),
        button("help", words.help, "help"),
      ),
    );
  }

  /** A button that few have, after all others. */
  add(button: HTMLButtonElement): void {
    this.element.lastElementChild?.append(button);
  }

  show({ mode, hasPath, isFollowing, isFullScreen, isMeasuring, isPlanShown }: Shown): void {
    for (const name of MODES) this.#buttons.get(name)?.setAttribute("aria-pressed", String(name === mode));
    const play = this.#buttons.get("play");
    if (play) play.hidden = !hasPath;
    this.#buttons.get("measure")?.setAttribute("aria-pressed", String(isMeasuring));
    const plan = this.#buttons.get("plan");
    if (plan) plan.hidden = isPlanShown === null;
    plan?.setAttribute("aria-pressed", String(isPlanShown === true));
    this.#change("play", isFollowing ? words.pause : words.play, isFollowing ? "pause" : "play");
    this.#change(
      "fullScreen",
      isFullScreen ? words.leaveFullScreen : words.fullScreen,
      isFullScreen ? "leaveFullScreen" : "fullScreen",
    );
  }

  #change(command: Command, name: string, drawn: IconName): void {
    const button = this.#buttons.get(command);
    if (!button || button.getAttribute("aria-label") === name) return;
    nameIt(button, command, name);
    button.replaceChildren(icon(drawn));
  }
}

function nameIt(button: HTMLButtonElement, command: Command, name: string): void {
  button.setAttribute("aria-label", name);
  button.setAttribute("aria-keyshortcuts", KEY_OF[command]);
  button.dataset.tip = words.withKey(name, KEY_OF[command]);
}
