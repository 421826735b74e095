/** The code that shows a published tour in somebody's own page. */
export function embedCode(url: string, tour: { readonly tour_id: string; readonly name: string }): string {
  const source = new URL(`/embed/${encodeURIComponent(tour.tour_id)}`, url).href;
  const style = "border: 0; width: 100%; aspect-ratio: 16 / 9";
  return `<iframe src="${source}" title="${escaped(tour.name)}" style="${style}" allow="fullscreen" loading="lazy"></iframe>`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
