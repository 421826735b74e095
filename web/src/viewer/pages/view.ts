/** /view/{tour_id}: one's own tour. */
import { Session } from "../../api/session";
import { viewerStrings } from "../../viewerStrings";
import { readAddress } from "../address";
import { element } from "../element";
import { openOwn, type TourFiles } from "../files";
import type { Action } from "../frame";
import { icon } from "../icons";
import { askHotspots, showOwnHotspots } from "../ownHotspots";
import { start } from "../page";
import type { ProblemKind } from "../problem";

const session = new Session();

void start({
  async open(tourId) {
    await session.takeFromAddress(location);
    return openOwn(tourId, session);
  },
  head,
  actions,
  onViewer: (viewer) => void showOwnHotspots(viewer, readAddress(location).tourId, session),
});

function head(files: TourFiles): HTMLElement {
  const take = element("button", { type: "button", class: "tool", "aria-label": viewerStrings.export.open });
  take.append(icon("download"));
  take.addEventListener("click", async () => {
    const { openSheet } = await import("../../export/sheet");
    await openSheet(document.body, files, async () => (await askHotspots(files.tourId, session)).hotspots);
  });
  return element(
    "header",
    { class: "head" },
    element("a", { href: "/", class: "tool", "aria-label": viewerStrings.back }, icon("back")),
    element("h1", {}, files.name),
    take,
  );
}

function actions(kind: ProblemKind): Action[] {
  const next = encodeURIComponent(location.pathname + location.search + location.hash);
  if (kind === "signedOut") return [{ label: viewerStrings.actions.logIn, act: `/welcome?next=${next}` }];
  return [{ label: viewerStrings.actions.studio, act: "/" }];
}
