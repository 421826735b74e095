/** How the element looks before its frame is there. Styles come as a sheet, which no Content-Security-Policy minds. */

const STYLE = `
  :host { display: block; position: relative; width: 100%; aspect-ratio: 16 / 9; background: #0e1211; overflow: hidden }
  :host([hidden]) { display: none }
  iframe, button { position: absolute; inset: 0; width: 100%; height: 100%; border: 0; padding: 0 }
  button { background: #0e1211; cursor: pointer }
  img { width: 100%; height: 100%; object-fit: cover }
  button:focus-visible { outline: 3px solid #6cd7cc; outline-offset: -3px }
  svg { position: absolute; inset: 0; margin: auto; width: 4.5rem; height: 4.5rem; fill: #f2f5f4 }
  circle { fill: rgb(14 18 17 / 82%) }`;

export function styleSheet(): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  return sheet;
}

/** What everybody knows as "play". */
export function playSign(): SVGSVGElement {
  const drawn = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  drawn.setAttribute("viewBox", "0 0 24 24");
  drawn.setAttribute("aria-hidden", "true");
  const shape = (name: string, key: string, value: string) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    made.setAttribute(key, value);
    return made;
  };
  const ring = shape("circle", "r", "12");
  ring.setAttribute("cx", "12");
  ring.setAttribute("cy", "12");
  drawn.append(ring, shape("path", "d", "M9.5 7v10l8-5z"));
  return drawn;
}
