/** /t/{tour_id}: the page of a published tour, for everybody. */
import { element } from "../element";
import { openPublished } from "../files";
import { start } from "../page";
import { countVisit } from "../visitor";

void start({
  open: openPublished,
  admit: countVisit,
  head: (files) => element("header", { class: "head" }, element("h1", {}, files.name)),
  actions: () => [],
});
