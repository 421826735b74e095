/** /embed/{tour_id}: a published tour in somebody else's page. */
import { viewerStrings } from "../../viewerStrings";
import { element } from "../element";
import { openPublished } from "../files";
import { icon } from "../icons";
import { Invitation } from "../invitation";
import { Messages } from "../messages";
import { start } from "../page";
import { countVisit } from "../visitor";

const query = new URLSearchParams(location.search);
const invitation = query.get("start") === "asked" ? new Invitation() : null;
const messages = new Messages(query.get("host"), () => invitation?.accept());

void start({
  open: openPublished,
  admit: countVisit,
  head: (files) =>
    element(
      "header",
      { class: "head" },
      element("h1", {}, files.name),
      element(
        "a",
        {
          href: `/t/${encodeURIComponent(files.tourId)}`,
          target: "_blank",
          rel: "noopener",
          class: "tool",
          "aria-label": viewerStrings.openAlone(files.name),
        },
        icon("open"),
      ),
    ),
  actions: () => [],
  listen: messages.tell,
  invitation,
  onViewer: (viewer) => messages.obey(viewer),
});
