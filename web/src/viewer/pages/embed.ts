/** /embed/{tour_id}: a published tour in somebody else's page. */
import { viewerStrings } from "../../viewerStrings";
import { element } from "../element";
import { openPublished } from "../files";
import { icon } from "../icons";
import { Messages } from "../messages";
import { start } from "../page";
import { countVisit } from "../visitor";

const messages = new Messages(new URLSearchParams(location.search).get("host"));

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
  onViewer: (viewer) => messages.obey(viewer),
});
