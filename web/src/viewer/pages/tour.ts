/** /t/{tour_id}: the page of a published tour, for everybody. */
import { element } from "../element";
import { openPublished } from "../files";
import { start } from "../page";

void start({
  open: openPublished,
  head: (files) => element("header", { class: "head" }, element("h1", {}, files.name)),
  actions: () => [],
});
