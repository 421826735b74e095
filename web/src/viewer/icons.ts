/** Drawn for the viewer on a grid of 24; always inside a button that has a name. */
const DRAWINGS = {
  orbit: "M20 12a8 8 0 1 1-2.6-5.9M20.5 3v4.2h-4.2M12 10a2 2 0 1 0 0 4 2 2 0 0 0 0-4z",
  walk: "M13 4.2a1.6 1.6 0 1 0 0 .1zM8 21l2.5-6 .5-5.5m3 11.5-1-5-2.5-2.5m.5-4L8 11v3m3-4.5c1.5.2 2.5.7 3 2l2.5 1.5",
  fly: "M21 3 3 10.5l6.5 3 3 6.5zM21 3 9.5 13.5",
  play: "M7 4.5v15l12-7.5z",
  pause: "M8 5v14M16 5v14",
  reset: "M4 11.5 12 4l8 7.5M6.5 9.5V20h11V9.5",
  places:
    "M12 21c-4-4.5-6-7.6-6-10.5a6 6 0 0 1 12 0C18 13.4 16 16.5 12 21zM12 8.5a2 2 0 1 0 0 4 2 2 0 0 0 0-4z",
  plan: "M4 4h16v16H4zM4 12h6m4 0h6M12 4v5m0 6v5",
  measure: "M3 16 16 3l5 5L8 21zM7 12l2 2M10 9l3 3M13 6l2 2",
  picture: "M4 8h3.5L9 5.5h6L16.5 8H20v11H4zM12 10.5a3 3 0 1 0 0 6 3 3 0 0 0 0-6z",
  headset: "M3 8.5a2 2 0 0 1 2-2h14a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2h-3.5l-2-2.5h-3l-2 2.5H5a2 2 0 0 1-2-2z",
  edit: "M4 20l1-4L16.5 4.5l3 3L8 19zM14 7l3 3",
  spot: "M12 7.5h.01M12 11v6",
  share:
    "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.6-5.7l-1.2 1.2M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.6 5.7l1.2-1.2",
  fullScreen: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  leaveFullScreen: "M9 4v5H4M15 4v5h5M9 20v-5H4M15 20v-5h5",
  help: "M9 9a3 3 0 1 1 4.3 2.7c-.9.5-1.3 1-1.3 2.1M12 17.5h.01",
  download: "M12 4v11M7.5 10.5 12 15l4.5-4.5M5 19.5h14",
  close: "m6 6 12 12M18 6 6 18",
  back: "M15 5l-7 7 7 7",
  open: "M13 5h6v6M19 5l-9 9M9 6H6a1 1 0 0 0-1 1v11a1 1 0 0 0 1 1h11a1 1 0 0 0 1-1v-3",
} as const;

export type IconName = keyof typeof DRAWINGS;

const SVG = "http://www.w3.org/2000/svg";

export function icon(name: IconName): SVGSVGElement {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("viewBox", "0 0 24 24");
  drawing.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", DRAWINGS[name]);
  drawing.append(path);
  return drawing;
}
