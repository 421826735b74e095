/** A button over the poster: the engine and the place are fetched only where somebody wants them. */
import { viewerStrings } from "../viewerStrings";
import { element } from "./element";
import { icon } from "./icons";

export class Invitation {
  readonly accepted: Promise<void>;
  readonly #button = element("button", { type: "button", class: "invitation" }, icon("play"));
  #accept: () => void = () => undefined;

  constructor() {
    this.accepted = new Promise((done) => {
      this.#accept = done;
    });
    this.#button.addEventListener("click", () => this.accept());
  }

  show(root: HTMLElement, name: string): void {
    this.#button.setAttribute("aria-label", viewerStrings.invitation(name));
    root.append(this.#button);
  }

  /** By whoever is asked, or by the page around. */
  accept(): void {
    this.#button.remove();
    this.#accept();
  }
}
