/** The list of places, for everybody who would rather choose by name than look for markers. */
import { viewerStrings } from "../viewerStrings";
import { element } from "./element";
import { icon } from "./icons";
import type { View } from "./view";

const words = viewerStrings.places;

export interface PlaceToGo {
  readonly title: string;
  readonly view: View;
  /** What is to be done there, if anything. */
  readonly arrive?: () => void;
}

/** Opens the list; over when it is closed. `go` is told what was chosen. */
export function openPlaces(
  root: HTMLElement,
  places: readonly PlaceToGo[],
  go: (place: PlaceToGo) => void,
): void {
  const close = element(
    "button",
    { type: "button", class: "tool", "aria-label": viewerStrings.controls.close },
    icon("close"),
  );
  const items = places.map((place) => {
    const button = element("button", { type: "button", class: "row" }, place.title);
    button.addEventListener("click", () => {
      sheet.close();
      go(place);
    });
    return element("li", {}, button);
  });
  const sheet = element(
    "dialog",
    { class: "sheet", "aria-labelledby": "places-title" },
    element("header", {}, element("h2", { id: "places-title" }, words.title), close),
    element("ol", { class: "rows" }, ...items),
  );
  close.addEventListener("click", () => sheet.close());
  sheet.addEventListener("click", (event) => {
    if (event.target === sheet) sheet.close(); // beside the sheet
  });
  sheet.addEventListener("close", () => sheet.remove());
  root.append(sheet);
  sheet.showModal();
}
