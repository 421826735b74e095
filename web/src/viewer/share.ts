/** A link to a view: copied, or shown to be copied where the browser does not allow it. */
import { viewerStrings } from "../viewerStrings";
import { hashOf } from "./address";
import { element } from "./element";
import type { View } from "./view";

/** The page that others should see: the embed's own page is made for frames. */
export function linkTo(view: View, location: Location): string {
  const page = location.pathname.replace(/^\/embed\//, "/t/");
  return new URL(page, location.href).href + hashOf(view); // a file has no origin
}

/** True where it was copied. */
export async function copy(link: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(link);
    return true;
  } catch {
    return false;
  }
}

export function linkSheet(link: string): HTMLDialogElement {
  const words = viewerStrings.said;
  const field = element("input", { type: "text", readonly: true, value: link, "aria-label": words.link });
  const close = element("button", { type: "button", class: "action" }, viewerStrings.controls.close);
  const sheet = element(
    "dialog",
    { class: "sheet", "aria-label": words.link },
    element("p", {}, words.copyYourself),
    field,
    close,
  );
  close.addEventListener("click", () => sheet.close());
  sheet.addEventListener("close", () => sheet.remove());
  field.addEventListener("focus", () => field.select());
  return sheet;
}
