/** index.html of a tour that has left the studio: on any host, in a frame of anybody's, or as a file by itself. */
import { element } from "../element";
import { openExported } from "../exported";
import { Invitation } from "../invitation";
import { Messages } from "../messages";
import { start } from "../page";

const query = new URLSearchParams(location.search);
const invitation = query.get("start") === "asked" ? new Invitation() : null;
const messages = new Messages(query.get("host"), () => invitation?.accept());

void start({
  open: async () => openExported(document),
  head: (files) => element("header", { class: "head" }, element("h1", {}, files.name)),
  actions: () => [],
  listen: messages.tell,
  invitation,
  onViewer: (viewer) => messages.obey(viewer),
});
