/** The floor plan: where one is and looks, and a way to go elsewhere by a click, or by arrow keys and Enter. */
import { viewerStrings } from "../viewerStrings";
import { element } from "./element";
import type { FloorPlan, Manifest } from "./manifest";
import { acrossOf, type Eye } from "./projection";
import { between } from "./space";

const words = viewerStrings.plan;
const SVG = "http://www.w3.org/2000/svg";
const DEGREES = 180 / Math.PI;
/** What an arrow key moves the mark by, as a share of the plan's longer side. */
const STEP = 0.04;
/** Lengths that a scale may show, metres; as long as there is room for on so much of the plan's width. */
const SCALES_M = [0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500];
const SCALE_SHARE = 0.5;
/** Where one is, in 24 units for the mark's width; what one sees from there reaches so far. */
const HERE = "M0-7A7 7 0 1 1 0 7 7 7 0 1 1 0-7z";
const SIGHT_REACHES = 31;
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Shares of the plan's width and depth. */
type Share = readonly [number, number];

export class FloorPlanMap {
  readonly element: HTMLElement;
  readonly #plan: FloorPlan;
  readonly #button: HTMLButtonElement;
  readonly #here = drawn("here", "", HERE);
  readonly #there = drawn("there", "M-8 0H8M0-8V8");
  /** Where the arrow keys have brought the mark; null where it has not been moved. */
  #mark: Share | null = null;
  #at: Share = [0.5, 0.5];

  /** `url` is the picture's; `go` is told a spot on the floor, x and z. */
  constructor(
    plan: FloorPlan,
    scaleSource: Manifest["scale_source"],
    url: string,
    go: (x: number, z: number) => void,
  ) {
    this.#plan = plan;
    this.#button = element(
      "button",
      { type: "button", class: "plan-map", "aria-label": words.map },
      element("img", { src: url, alt: "", draggable: "false" }),
      this.#here,
      this.#there,
    );
    this.#button.style.aspectRatio = `${plan.width} / ${plan.depth}`;
    this.element = element(
      "section",
      { class: "plan", "aria-label": words.label },
      this.#button,
      ...scaleBar(plan, scaleSource),
    );
    this.#button.addEventListener("click", (event) => {
      const share = event.detail === 0 ? this.#mark : this.#shareAt(event);
      if (share) go(...this.#spotOf(share));
    });
    this.#button.addEventListener("keydown", (event) => this.#step(event));
    this.#button.addEventListener("blur", () => this.#point(null));
    this.#point(null);
  }

  /** Somebody is there, looks that way and sees so much. */
  show(eye: Eye): void {
    const { position, yaw } = eye.view;
    const { corner, width, depth } = this.#plan;
    this.#at = [(position[0] - corner[0]) / width, (position[2] - corner[1]) / depth];
    this.#here.firstElementChild?.setAttribute("d", sightOf(acrossOf(eye)));
    put(this.#here, this.#at, -yaw * DEGREES);
  }

  #shareAt(event: MouseEvent): Share {
    const { left, top, width, height } = this.#button.getBoundingClientRect();
    return [(event.clientX - left) / width, (event.clientY - top) / height];
  }

  #spotOf([across, down]: Share): [number, number] {
    const { corner, width, depth } = this.#plan;
    return [corner[0] + across * width, corner[1] + down * depth];
  }

  #step(event: KeyboardEvent): void {
    const way = ARROWS[event.key];
    if (!way) return;
    event.preventDefault();
    event.stopPropagation(); // arrows walk, elsewhere
    const { width, depth } = this.#plan;
    const [across, down] = this.#mark ?? this.#at;
    const step = STEP * Math.max(width, depth);
    this.#point([
      between(0, across + (way[0] * step) / width, 1),
      between(0, down + (way[1] * step) / depth, 1),
    ]);
  }

  #point(share: Share | null): void {
    this.#mark = share;
    this.#there.style.display = share ? "" : "none";
    if (share) put(this.#there, share, 0);
  }
}

/** The outline of what is seen upwards from the mark's middle, `across` radians wide. */
export function sightOf(across: number): string {
  const right = (SIGHT_REACHES * Math.sin(across / 2)).toFixed(1);
  const ahead = (-SIGHT_REACHES * Math.cos(across / 2)).toFixed(1);
  return `M0 0L-${right} ${ahead}A${SIGHT_REACHES} ${SIGHT_REACHES} 0 0 1 ${right} ${ahead}z`;
}

/** How long a metre is on the plan; nothing where nobody knows. */
function scaleBar({ width }: FloorPlan, source: Manifest["scale_source"]): HTMLElement[] {
  if (source === "none") return [];
  const metres = SCALES_M.findLast((length) => length <= SCALE_SHARE * width) ?? SCALES_M[0] ?? 1;
  const bar = element("span", { class: "plan-bar" });
  bar.style.width = `${(metres / width) * 100}%`;
  const told = source === "reference" ? words.metres(metres) : words.about(metres);
  return [element("p", { class: "plan-scale" }, bar, told)];
}

function drawn(name: string, ...paths: string[]): SVGSVGElement {
  const made = document.createElementNS(SVG, "svg");
  made.setAttribute("class", name);
  made.setAttribute("viewBox", "-12 -12 24 24");
  made.setAttribute("aria-hidden", "true");
  for (const path of paths) {
    const line = document.createElementNS(SVG, "path");
    line.setAttribute("d", path);
    made.append(line);
  }
  return made;
}

function put(mark: SVGSVGElement, [across, down]: Share, turned: number): void {
  mark.style.left = `${between(0, across, 1) * 100}%`;
  mark.style.top = `${between(0, down, 1) * 100}%`;
  mark.style.transform = `translate(-50%, -50%) rotate(${turned}deg)`;
}
