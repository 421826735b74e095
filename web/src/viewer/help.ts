import { viewerStrings } from "../viewerStrings";
import { element } from "./element";
import { icon } from "./icons";

/** The sheet with all keys and gestures; Escape closes it, and focus goes back to where it was. */
export function helpSheet(): HTMLDialogElement {
  const words = viewerStrings.help;
  const close = element("button", {
    type: "button",
    class: "tool",
    "aria-label": viewerStrings.controls.close,
  });
  close.append(icon("close"));
  const rows = words.rows.map(([what, how]) =>
    element("div", {}, element("dt", {}, what), element("dd", {}, how)),
  );
  const sheet = element(
    "dialog",
    { class: "sheet", "aria-labelledby": "help-title" },
    element("header", {}, element("h2", { id: "help-title" }, words.title), close),
    element("dl", {}, ...rows),
  );
  close.addEventListener("click", () => sheet.close());
  sheet.addEventListener("click", (event) => {
    if (event.target === sheet) sheet.close(); // beside the sheet
  });
  return sheet;
}
