/** The code that shows a published tour in somebody's own page; docs/embedding.md says more of both ways. */

interface Shown {
  readonly tour_id: string;
  readonly name: string;
}

/** A frame: for pages that take no scripts. */
export function embedCode(url: string, tour: Shown): string {
  const source = new URL(`/embed/${encodeURIComponent(tour.tour_id)}`, url).href;
  const style = "border: 0; width: 100%; aspect-ratio: 16 / 9";
  return `<iframe src="${source}" title="${escaped(tour.name)}" style="${style}" allow="fullscreen" loading="lazy"></iframe>`;
}

/** An element that a page can talk with; without scripts, a link. */
export function elementCode(url: string, tour: Shown): string {
  const script = new URL("/embed/v1/diorama-tour.js", url).href;
  const [id, name] = [escaped(tour.tour_id), escaped(tour.name)];
  const link = `<a href="${escaped(url)}">${name}</a>`;
  return `<script src="${script}" defer></script><diorama-tour tour="${id}" name="${name}">${link}</diorama-tour>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
